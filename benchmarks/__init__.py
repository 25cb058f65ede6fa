"""Ratios of our speed to limits and to peers, taken in one run; see README.md beside this."""
