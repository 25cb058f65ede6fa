"""Importers: one module per public layout, each into the one package format.

An importer reads only below the folders it was given, verifies everything it reads,
and names the file and line of the first fault. It never changes its source.
"""

from evaluation.testsets.importers.details import SetDetails
from evaluation.testsets.importers.identity_tree import import_identity_tree
from evaluation.testsets.importers.insightface_bin import import_insightface_bin
from evaluation.testsets.importers.lfw import import_lfw
from evaluation.testsets.importers.pairs_csv import ColumnNames, import_pairs_csv

__all__ = [
    "ColumnNames",
    "SetDetails",
    "import_identity_tree",
    "import_insightface_bin",
    "import_lfw",
    "import_pairs_csv",
]
