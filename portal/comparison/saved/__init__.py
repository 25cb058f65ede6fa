"""Comparisons that people keep under a name, and share with those who may compare models."""
