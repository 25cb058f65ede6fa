"""Test sets: one package format, checked on every reading, and importers into it.

A package is a folder: ``manifest.json``, ``samples.csv``, ``protocols/*.csv`` and
``images/``. The manifest's SHA-256 names the whole set to the bit.
"""

from evaluation.errors import TestSetError
from evaluation.testsets.describing import Description, ProtocolDescription, describe_test_set
from evaluation.testsets.manifest import (
    ConditionSteps,
    Degradation,
    ImageKind,
    Manifest,
    Pooling,
    ProtocolKind,
)
from evaluation.testsets.new import (
    NewAllPairs,
    NewDetection,
    NewFace,
    NewIdentification,
    NewLeaveOneOut,
    NewLive,
    NewPairs,
    NewPresentationAttack,
    NewProtocol,
    NewQuality,
    NewRobustness,
    NewSample,
    NewTemplatePairs,
    PairRow,
)
from evaluation.testsets.protocols import (
    AllPairsProtocol,
    DetectionProtocol,
    IdentificationProtocol,
    LeaveOneOutProtocol,
    LiveProtocol,
    PairProtocol,
    PresentationAttackProtocol,
    Protocol,
    QualityProtocol,
    RobustnessProtocol,
    TemplateProtocol,
)
from evaluation.testsets.reading import open_test_set
from evaluation.testsets.types import Sample, TestSet
from evaluation.testsets.verifying import Problem, verify_test_set
from evaluation.testsets.writing import write_test_set

__all__ = [
    "AllPairsProtocol",
    "ConditionSteps",
    "Degradation",
    "Description",
    "DetectionProtocol",
    "IdentificationProtocol",
    "ImageKind",
    "LeaveOneOutProtocol",
    "LiveProtocol",
    "Manifest",
    "NewAllPairs",
    "NewDetection",
    "NewFace",
    "NewIdentification",
    "NewLeaveOneOut",
    "NewLive",
    "NewPairs",
    "NewPresentationAttack",
    "NewProtocol",
    "NewQuality",
    "NewRobustness",
    "NewSample",
    "NewTemplatePairs",
    "PairProtocol",
    "PairRow",
    "Pooling",
    "PresentationAttackProtocol",
    "Problem",
    "Protocol",
    "ProtocolDescription",
    "ProtocolKind",
    "QualityProtocol",
    "RobustnessProtocol",
    "Sample",
    "TemplateProtocol",
    "TestSet",
    "TestSetError",
    "describe_test_set",
    "open_test_set",
    "verify_test_set",
    "write_test_set",
]
