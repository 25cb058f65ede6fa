"""The shelf: hostile and broken models, each with the code that must refuse it.

Everything is built when asked for; no file of this kind lies in the repository.
"""

from tests.hostile import bulk, files, interface, outputs, reaching, running, timing
from tests.hostile.item import FOUND_OUT_LATER, SHELF, Item

__all__ = [
    "FOUND_OUT_LATER",
    "SHELF",
    "Item",
    "bulk",
    "files",
    "interface",
    "outputs",
    "reaching",
    "running",
    "timing",
]
