"""Several models compared on the same trials: differences, ranks and groups of equals."""

from evaluation.ranking.choosing import RECOMMENDED
from evaluation.ranking.compare import compare_models
from evaluation.ranking.document import (
    ComparedModel,
    FmrDifference,
    McNemarTest,
    ModelComparison,
    PairedDifference,
    Ranking,
    TieGroup,
)
from evaluation.ranking.evidence_file import (
    EVIDENCE_FILE,
    EvidenceIdentity,
    ModelEvidence,
    evidence_identity,
    load_evidence,
    save_evidence,
)

__all__ = [
    "EVIDENCE_FILE",
    "RECOMMENDED",
    "ComparedModel",
    "EvidenceIdentity",
    "FmrDifference",
    "McNemarTest",
    "ModelComparison",
    "ModelEvidence",
    "PairedDifference",
    "Ranking",
    "TieGroup",
    "compare_models",
    "evidence_identity",
    "load_evidence",
    "save_evidence",
]
