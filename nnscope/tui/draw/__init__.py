"""Drawing: matrices, curves, chains and colours as text. Nothing here knows the screen."""
