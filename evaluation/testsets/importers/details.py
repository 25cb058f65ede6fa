"""What an importer cannot read from its source and a person has to say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from evaluation.testsets.manifest import ImageKind

Progress = Callable[[int], None]

PAIRS_NAME = "pairs"
PAIRS_TITLE = "Listed pairs"
ALL_PAIRS_NAME = "all_pairs"
ALL_PAIRS_TITLE = "All pairs of two different samples"
IDENTIFICATION_NAME = "identification"
IDENTIFICATION_TITLE = "Probes searched in the gallery"

LIVE_NAME = "live"
LIVE_TITLE = "Passages searched in the watchlist"
PRESENTATION_ATTACK_NAME = "presentation_attack"
PRESENTATION_ATTACK_TITLE = "Bona fide presentations and attacks"
DETECTION_NAME = "detection"
DETECTION_TITLE = "Faces marked in images"


@dataclass(frozen=True, slots=True)
class SetDetails:
    """Name, title and terms of the test set to make; see the manifest."""

    name: str
    title: str
    image_kind: ImageKind
    description: str = ""
    licence: str = ""
    legal_basis: str = ""
    synthetic: bool = False
    personal_data: bool = True
    revision: str = "1"
