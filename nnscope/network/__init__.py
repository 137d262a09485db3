"""From a scenario to the lines of its program: the front end of scenario files."""
