"""Why a line is as it is: derived step by step, with its own names and numbers."""
