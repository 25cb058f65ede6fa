"""What a check found: one finding per check, in the order of checking."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evaluation.catalogue import Refusal
    from evaluation.sandbox import Layer, ModelFacts

REPORT_VERSION = 1


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check.

    Attributes
    ----------
    check : str
        What had to hold, in words.
    passed : bool
    detail : str
        What was seen. For the person who runs the check; a portal shows the refusal instead.
    refusal : Refusal or None
        Set exactly where the check did not pass.
    """

    check: str
    passed: bool
    detail: str = ""
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class CheckReport:
    """Everything that a check found about one file.

    Attributes
    ----------
    facts : ModelFacts or None
        None where the file could not be read as a model.
    layers : tuple of Layer
        The sandbox's layers; empty where no child was needed to refuse the file.
    """

    sha256: str
    size_bytes: int
    facts: ModelFacts | None
    findings: tuple[Finding, ...]
    layers: tuple[Layer, ...]

    @property
    def accepted(self) -> bool:
        """True if every check passed."""
        return all(finding.passed for finding in self.findings)

    @property
    def refusal(self) -> Refusal | None:
        """The first reason to refuse the model."""
        return next((f.refusal for f in self.findings if f.refusal is not None), None)


def report_to_json(report: CheckReport) -> dict[str, Any]:
    """Return the report as a document of plain values."""
    return {
        "schema_version": REPORT_VERSION,
        "accepted": report.accepted,
        "refusal": asdict(report.refusal) if report.refusal else None,
        **asdict(report),
    }
