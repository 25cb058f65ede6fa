"""What a test set's protocols measure, in the words of a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from portal.testsets.models import TestSet

VERIFICATION_KINDS = frozenset({"pairs", "all_pairs", "template_pairs"})
"""Protocols whose error rates are those of one-to-one comparisons."""

KIND_WORDS = {
    "pairs": "One to one, listed pairs",
    "all_pairs": "One to one, all pairs",
    "template_pairs": "One to one, templates of several images",
    "identification": "One to many, a gallery",
    "leave_one_out": "One to many, every image against all others",
    "live": "Live video, passages",
    "robustness": "Image conditions",
    "quality": "Face image quality",
    "presentation_attack": "Presentation attacks",
    "detection": "Face detection",
}
_TRIAL_WORDS = {
    "identification": ("mated searches", "non-mated searches"),
    "leave_one_out": ("mated searches", "non-mated searches"),
    "live": ("mated passages", "non-mated passages"),
    "presentation_attack": ("live faces", "attacks"),
}


@dataclass(frozen=True, slots=True)
class ProtocolRow:
    """One line of a test set's table of protocols."""

    title: str
    measures: str
    trials: tuple[str, ...]
    smallest: float | None


def protocol_rows(test_set: TestSet) -> list[ProtocolRow]:
    """Return what each protocol measures and on how many trials."""
    return [_row(protocol) for protocol in test_set.protocols]


def _row(protocol: dict[str, Any]) -> ProtocolRow:
    kind = str(protocol.get("kind", ""))
    mated, non_mated = _TRIAL_WORDS.get(kind, ("mated comparisons", "non-mated comparisons"))
    counts = {mated: protocol.get("n_mated"), non_mated: protocol.get("n_non_mated")}
    counts |= protocol.get("counts") or {}
    return ProtocolRow(
        title=protocol.get("title") or str(protocol["name"]),
        measures=KIND_WORDS.get(kind, kind),
        trials=tuple(f"{count:,} {name}" for name, count in counts.items() if count),
        smallest=protocol.get("smallest_printable_rate"),
    )
