"""``python -m evaluation``: hands over to the command line."""

import sys

from evaluation.cli.dispatch import main

if __name__ == "__main__":
    sys.exit(main())
