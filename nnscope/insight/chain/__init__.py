"""The chain rule of a gradient: its factors, and the paths into one of its cells."""
