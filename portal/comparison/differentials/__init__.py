"""How one model's error rates differ between groups of people, for readers who are no engineers."""
