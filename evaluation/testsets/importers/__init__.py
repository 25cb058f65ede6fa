"""Importers: one module per public layout, each into the one package format.

A ``read_*`` function reads only below the folders it was given, verifies everything it
reads, and names the file and line of the first fault; it never changes its source.
``import_set`` writes what it found, with further protocols where they are asked for.
"""

from evaluation.testsets.importers.bfw import BfwColumns, read_bfw
from evaluation.testsets.importers.boxes import BoxColumns
from evaluation.testsets.importers.cfp import read_cfp
from evaluation.testsets.importers.details import SetDetails
from evaluation.testsets.importers.detection_csv import DetectionColumns, read_detection_csv
from evaluation.testsets.importers.further import DEFAULT_CONDITIONS, Further, condition_steps
from evaluation.testsets.importers.identification_csv import (
    RoleColumns,
    read_identification_csv,
)
from evaluation.testsets.importers.identity_tree import read_identity_tree
from evaluation.testsets.importers.ijb import read_ijb
from evaluation.testsets.importers.insightface_bin import read_insightface_bin
from evaluation.testsets.importers.lfw import read_lfw
from evaluation.testsets.importers.live_csv import LiveColumns, read_live_csv
from evaluation.testsets.importers.pairs_csv import PairColumns, read_pairs_csv
from evaluation.testsets.importers.presentation_attack_csv import (
    PresentationAttackColumns,
    read_presentation_attack_csv,
)
from evaluation.testsets.importers.rfw import read_rfw
from evaluation.testsets.importers.samples_table import SampleColumns
from evaluation.testsets.importers.scface import read_scface
from evaluation.testsets.importers.source import Source, import_set
from evaluation.testsets.importers.survface import read_survface
from evaluation.testsets.importers.tinyface import read_tinyface
from evaluation.testsets.importers.wider_face import read_wider_face

__all__ = [
    "DEFAULT_CONDITIONS",
    "BfwColumns",
    "BoxColumns",
    "DetectionColumns",
    "Further",
    "LiveColumns",
    "PairColumns",
    "PresentationAttackColumns",
    "RoleColumns",
    "SampleColumns",
    "SetDetails",
    "Source",
    "condition_steps",
    "import_set",
    "read_bfw",
    "read_cfp",
    "read_detection_csv",
    "read_identification_csv",
    "read_identity_tree",
    "read_ijb",
    "read_insightface_bin",
    "read_lfw",
    "read_live_csv",
    "read_pairs_csv",
    "read_presentation_attack_csv",
    "read_rfw",
    "read_scface",
    "read_survface",
    "read_tinyface",
    "read_wider_face",
]
