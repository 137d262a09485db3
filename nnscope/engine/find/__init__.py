"""Finding moments of a run: stops, and the first number that is not finite."""
