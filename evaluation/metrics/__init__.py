"""Error rates, their intervals, and whether there is evidence enough to print them."""
