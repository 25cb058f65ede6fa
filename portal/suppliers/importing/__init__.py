"""Suppliers from a file: what would change is shown row by row before anything does."""
