"""Models side by side: which are chosen, their table and charts, and what is printed of them."""
