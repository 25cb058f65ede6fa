"""What suppliers claim beside what was measured."""
