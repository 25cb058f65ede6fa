"""Presentations: ``sample, label, species``, the label being live or attack."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evaluation.testsets.protocol_tables.context import NewTable, fail, first_twice, int32
from evaluation.testsets.protocols import PresentationAttackProtocol

if TYPE_CHECKING:
    from evaluation.testsets.manifest import ProtocolEntry
    from evaluation.testsets.new import NewPresentationAttack
    from evaluation.testsets.protocol_tables.context import ReadContext, WriteContext
    from evaluation.testsets.tables import Row

LIVE, ATTACK = "live", "attack"
_HEADER = ("sample", "label", "species")


def read_presentation_attack(
    context: ReadContext, entry: ProtocolEntry
) -> PresentationAttackProtocol:
    """Read which presentations are attacks, and of which species.

    Raises
    ------
    TestSetError
        A label is unknown, an attack has no species or a live face has one, or a
        sample stands twice.
    """
    _, rows = context.rows(entry, _HEADER)
    seen: dict[int, int] = {}
    for row in rows:
        sample = context.known(row, "sample")
        if sample in seen:
            row.fail(f"sample '{row.values['sample']}' stands already on line {seen[sample]}")
        seen[sample] = row.line
    return PresentationAttackProtocol(
        entry.name,
        entry.title,
        sample=int32(seen),
        attack=np.array([_is_attack(row) for row in rows], dtype=np.bool_),
        species=tuple(row.text("species") for row in rows),
    )


def write_presentation_attack(
    context: WriteContext, new: NewPresentationAttack, entry: ProtocolEntry
) -> list[NewTable]:
    """Check that every sample exists and stands once.

    Raises
    ------
    TestSetError
    """
    names = [sample for sample, _ in new.rows]
    context.require(new.name, "presentation", names)
    twice = first_twice(names)
    if twice is not None:
        fail(new.name, f"sample '{twice}' stands twice")
    lines = ((sample, ATTACK if species else LIVE, species) for sample, species in new.rows)
    return [NewTable(entry.files[0], _HEADER, lines, len(new.rows))]


def _is_attack(row: Row) -> bool:
    label, species = row.values["label"], row.text("species")
    if label not in (LIVE, ATTACK):
        row.fail(f"label is '{label}', not {LIVE} or {ATTACK}")
    if (label == ATTACK) != bool(species):
        row.fail("an attack needs a species" if label == ATTACK else "a live face has no species")
    return label == ATTACK
