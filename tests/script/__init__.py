"""Tests of the second front end: recorded scripts."""
