"""Running a program: line by line, fast, and back in time."""
