"""Every kind of protocol, and what it does in a run: one module each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from evaluation.pipeline.kinds.base import CompareInputs, ExtractInputs, Kind, ScoreInputs
from evaluation.pipeline.kinds.detection import Detection
from evaluation.pipeline.kinds.identification import Identification, LeaveOneOut
from evaluation.pipeline.kinds.live import Live
from evaluation.pipeline.kinds.presentation_attack import PresentationAttacks
from evaluation.pipeline.kinds.quality import Quality
from evaluation.pipeline.kinds.robustness import Robustness
from evaluation.pipeline.kinds.template_pairs import TemplatePairs
from evaluation.pipeline.kinds.verification import AllPairs, Pairs
from evaluation.testsets.protocols import (
    AllPairsProtocol,
    DetectionProtocol,
    IdentificationProtocol,
    LeaveOneOutProtocol,
    LiveProtocol,
    PairProtocol,
    PresentationAttackProtocol,
    QualityProtocol,
    RobustnessProtocol,
    TemplateProtocol,
)

if TYPE_CHECKING:
    from evaluation.testsets.protocols import Protocol

KINDS: dict[type[Any], Kind[Any]] = {
    PairProtocol: Pairs(),
    AllPairsProtocol: AllPairs(),
    TemplateProtocol: TemplatePairs(),
    IdentificationProtocol: Identification(),
    LeaveOneOutProtocol: LeaveOneOut(),
    LiveProtocol: Live(),
    RobustnessProtocol: Robustness(),
    QualityProtocol: Quality(),
    PresentationAttackProtocol: PresentationAttacks(),
    DetectionProtocol: Detection(),
}


def kind_of(protocol: Protocol) -> Kind[Any]:
    """Return what is done for a protocol."""
    return KINDS[type(protocol)]


__all__ = ["KINDS", "CompareInputs", "ExtractInputs", "Kind", "ScoreInputs", "kind_of"]
