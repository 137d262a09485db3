"""`python -m nnscope` does what `nnscope` does."""

import sys

from nnscope.cli import main

sys.exit(main())
