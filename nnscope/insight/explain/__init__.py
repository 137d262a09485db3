"""From a cell of a value down to the numbers that it was computed from."""
