"""nnscope: a debugger for the arithmetic of a neural network."""

__version__ = "0.1.0"
