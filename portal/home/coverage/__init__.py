"""Which supplier covers which use, how ready, how assured, and how old the proof of it is."""
