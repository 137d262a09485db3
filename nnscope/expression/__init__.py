"""The language of the lines: parse, evaluate, shapes, text and mathematics."""
