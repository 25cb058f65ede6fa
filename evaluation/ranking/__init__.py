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
    MatedEvidence,
    ModelEvidence,
    evidence_identity,
    load_evidence,
    load_mated,
    save_evidence,
)
from evaluation.ranking.groups import ALPHA
from evaluation.ranking.standing import MatedErrors, Standing, mated_errors_at, standing_of

__all__ = [
    "ALPHA",
    "EVIDENCE_FILE",
    "SCHEMA_VERSION",
    "At",
    "ComparedModel",
    "EvidenceIdentity",
    "MatedErrors",
    "MatedEvidence",
    "McNemarTest",
    "ModelComparison",
    "ModelEvidence",
    "PairedDifference",
    "Ranking",
    "RateDifference",
    "Searched",
    "Standing",
    "TieGroup",
    "compare_models",
    "evidence_identity",
    "load_evidence",
    "load_mated",
    "mated_errors_at",
    "save_evidence",
    "standing_of",
]
