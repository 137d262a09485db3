"""Bug hunts: one slip is put into a program, to be found by who steps through it."""
