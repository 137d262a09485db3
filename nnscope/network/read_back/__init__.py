"""A program of any front end, read back as a scenario: layers, a loss and an optimizer's rule."""
