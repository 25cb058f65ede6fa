"""A search over everything that its reader may see, which forgives misspelling."""
