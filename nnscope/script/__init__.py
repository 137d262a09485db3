"""The second front end: a Python script, run in a process of its own and recorded as a program."""
