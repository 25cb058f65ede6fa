"""Layouts of ``import``: the options of each, and how they call its reader.

A module has ``add(layouts)``; nothing heavy is imported before a reader is called.
"""
