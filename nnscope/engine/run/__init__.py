"""Running a program: the lines of an iteration one by one, or many iterations at once."""
