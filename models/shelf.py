"""The shelf of reference models, each built by its own module."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.card import parse_card
from models import cnn, dct, detector, gabor, hog, lbp, liveness, pca, quality

LICENCE = "MIT"
VERSION = "1.0"
MODULES = (cnn, lbp, hog, gabor, pca, dct, liveness, quality, detector)
BUILDERS = {module.CARD["name"]: module for module in MODULES}


@dataclass(frozen=True, slots=True)
class ReferenceModel:
    """A model file and its card, as a supplier would send them."""

    name: str
    model_path: Path
    card_path: Path


def card_of(name: str) -> dict[str, Any]:
    """Card of a reference model, as JSON holds it.

    Raises
    ------
    CardError
        A builder's card breaks the card's rules.
    KeyError
        No reference model has this name.
    """
    card = {
        "schema_version": 1,
        "task": "embedding",
        "version": VERSION,
        "licence": LICENCE,
        **BUILDERS[name].CARD,
    }
    parse_card(card)
    return card


def build_all(destination: Path) -> list[ReferenceModel]:
    """Write all nine models and their cards into a folder; equal calls write equal bytes."""
    destination.mkdir(parents=True, exist_ok=True)
    built = []
    for name, module in BUILDERS.items():
        model, card = destination / f"{name}.onnx", destination / f"{name}.json"
        model.write_bytes(module.build())
        card.write_text(json.dumps(card_of(name), indent=1) + "\n")
        built.append(ReferenceModel(name, model, card))
    return built
