"""Test sets: one package format, checked on every reading, and importers into it.

A package is a folder: ``manifest.json``, ``samples.csv``, ``protocols/*.csv`` and
``images/``. The manifest's SHA-256 names the whole set to the bit.
"""

from evaluation.errors import TestSetError
from evaluation.testsets.manifest import ImageKind, Manifest
from evaluation.testsets.reading import open_test_set
from evaluation.testsets.types import (
    AllPairsProtocol,
    NewAllPairs,
    NewPairs,
    NewProtocol,
    NewSample,
    PairProtocol,
    PairRow,
    Protocol,
    Sample,
    TestSet,
)
from evaluation.testsets.writing import write_test_set

__all__ = [
    "AllPairsProtocol",
    "ImageKind",
    "Manifest",
    "NewAllPairs",
    "NewPairs",
    "NewProtocol",
    "NewSample",
    "PairProtocol",
    "PairRow",
    "Protocol",
    "Sample",
    "TestSet",
    "TestSetError",
    "open_test_set",
    "write_test_set",
]
