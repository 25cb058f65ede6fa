"""The market at a glance: who offers what, how mature, how assured, and what is new."""
