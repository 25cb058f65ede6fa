"""Several models compared on the same trials: differences, ranks and groups of equals."""

from evaluation.ranking.at import At
from evaluation.ranking.compare import compare_models
from evaluation.ranking.document import (
    SCHEMA_VERSION,
    ComparedModel,
    McNemarTest,
    ModelComparison,
    PairedDifference,
    Ranking,
    RateDifference,
    Searched,
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
from evaluation.ranking.groups import ALPHA

__all__ = [
    "ALPHA",
    "EVIDENCE_FILE",
    "SCHEMA_VERSION",
    "At",
    "ComparedModel",
    "EvidenceIdentity",
    "McNemarTest",
    "ModelComparison",
    "ModelEvidence",
    "PairedDifference",
    "Ranking",
    "RateDifference",
    "Searched",
    "TieGroup",
    "compare_models",
    "evidence_identity",
    "load_evidence",
    "save_evidence",
]
