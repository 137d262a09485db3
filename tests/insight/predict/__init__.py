"""Tests of what is asked of a line, and how answers are judged."""
