"""From a scenario to the lines of its program."""
