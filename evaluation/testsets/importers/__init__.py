"""Importers: one module per public layout, each into the one package format.

A ``read_*`` function reads only below the folders it was given, verifies everything it
reads, and names the file and line of the first fault; it never changes its source.
``import_set`` writes what it found, with further protocols where they are asked for.
"""

from evaluation.testsets.importers.bfw import BfwColumns, read_bfw
from evaluation.testsets.importers.boxes import BoxColumns
from evaluation.testsets.importers.cfp import read_cfp
from evaluation.testsets.importers.details import SetDetails
from evaluation.testsets.importers.further import DEFAULT_CONDITIONS, Further, condition_steps
from evaluation.testsets.importers.identity_tree import read_identity_tree
from evaluation.testsets.importers.ijb import read_ijb
from evaluation.testsets.importers.insightface_bin import read_insightface_bin
from evaluation.testsets.importers.lfw import read_lfw
from evaluation.testsets.importers.pairs_csv import PairColumns, read_pairs_csv
from evaluation.testsets.importers.rfw import read_rfw
from evaluation.testsets.importers.samples_table import SampleColumns
from evaluation.testsets.importers.scface import read_scface
from evaluation.testsets.importers.source import Source, import_set
from evaluation.testsets.importers.survface import read_survface
from evaluation.testsets.importers.tinyface import read_tinyface

__all__ = [
    "DEFAULT_CONDITIONS",
    "BfwColumns",
    "BoxColumns",
    "Further",
    "PairColumns",
    "SampleColumns",
    "SetDetails",
    "Source",
    "condition_steps",
    "import_set",
    "read_bfw",
    "read_cfp",
    "read_identity_tree",
    "read_ijb",
    "read_insightface_bin",
    "read_lfw",
    "read_pairs_csv",
    "read_rfw",
    "read_scface",
    "read_survface",
    "read_tinyface",
]
