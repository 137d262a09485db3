"""The scenario file: reading it, its arrays, and errors that point at the key."""
