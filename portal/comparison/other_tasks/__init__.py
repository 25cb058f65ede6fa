"""Models that do not compare faces: what each list of a task's models shows."""
