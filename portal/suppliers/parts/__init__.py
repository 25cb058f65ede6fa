"""Rows that belong to a supplier or to one of its products, and are all entered alike."""
