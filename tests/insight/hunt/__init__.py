"""Tests of bug hunts: what is planted, and that nothing gives it away."""
