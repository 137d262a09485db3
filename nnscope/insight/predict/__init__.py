"""Predicting the next result: what is asked of a line, and how an answer is judged."""
