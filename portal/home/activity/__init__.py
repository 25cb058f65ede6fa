"""What happened to a supplier, over every part of the portal."""
