"""Finding the learner's mistake: the first line that is wrong, the fact, and what it comes from."""
