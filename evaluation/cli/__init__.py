"""The command line of the harness: one module per command, named in ``dispatch``."""
