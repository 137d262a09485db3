"""Checking the backward lines and the updates against the slope of the program's own cost."""
