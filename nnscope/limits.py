"""Every bound on what a file may hold, in one place.

They are set so that opening any file takes under 5 seconds and 1 GiB, or is refused with the
reason. This imports nothing, because the command line needs it before anything else.
"""

SCENARIO_BYTES = 2**20
CSV_BYTES = 8 * 2**20
CELLS = 2 * 10**7
"""All arrays of a scenario together, and the result of one line."""
COLUMNS = 10**5
ROWS = 10**6
"""Of a .csv file."""
ARRAYS_OF_A_FILE = 1000
"""Of a .npz file."""
HEADER_BYTES = 10_000
"""Of an array that NumPy saved."""

KEY_PARTS = 8
"""Of a dotted key; TOML's parser takes the square of their number."""
ENTRIES = 500
"""Of one table, and tables of one kind: `[[layer]]`, `[[expect]]`, ..."""
LAYERS = 200
TEXT_LENGTH = 20_000
"""Of what stands there for the reader: a title, a source."""

EXPRESSION_LENGTH = 2000
EXPRESSION_DEPTH = 60
EXPONENT = 64
NAME_LENGTH = 100

MESSAGE_LINES = 20
LINE_LENGTH = 400
QUOTED_LENGTH = 40
"""Of a text that a message repeats."""
