"""The shelf: hostile and broken models, each with the code that must refuse it.

Everything is built when asked for; no file of this kind lies in the repository.
"""

from tests.hostile import bulk, files, interface, outputs, reaching, running
from tests.hostile.item import SHELF, Item

__all__ = ["SHELF", "Item", "bulk", "files", "interface", "outputs", "reaching", "running"]
