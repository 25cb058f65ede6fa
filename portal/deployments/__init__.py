"""From a measured error rate to what it means on the street, and what the street has shown."""
