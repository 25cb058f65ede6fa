"""Searches: ``sample, role``, where the role is reference or probe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evaluation.testsets.protocol_tables.context import (
    PROBE,
    REFERENCE,
    NewTable,
    fail,
    first_twice,
    require_sizes,
)
from evaluation.testsets.protocols import IdentificationProtocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from evaluation.testsets.manifest import ProtocolEntry
    from evaluation.testsets.new import NewIdentification
    from evaluation.testsets.protocol_tables.context import ReadContext, WriteContext
    from evaluation.testsets.tables import Row


def read_identification(context: ReadContext, entry: ProtocolEntry) -> IdentificationProtocol:
    """Read who is enrolled and who is searched for.

    Raises
    ------
    TestSetError
        A role is unknown, a sample stands twice, an image is both enrolled and searched
        for, nobody is enrolled or searched for, or a gallery size is no part of the gallery.
    """
    _, rows = context.rows(entry, ("sample", "role"))
    found = by_role(context, rows, (REFERENCE, PROBE))
    require_other_images(context, found[REFERENCE], found[PROBE])
    path = context.root / entry.files[0]
    reference = np.array(sorted(found[REFERENCE]), dtype=np.int32)
    require_sizes(path, entry.gallery_sizes, np.unique(context.subjects[reference]).size)
    return IdentificationProtocol(
        entry.name,
        entry.title,
        reference,
        np.array(sorted(found[PROBE]), dtype=np.int32),
        entry.gallery_sizes,
    )


def write_identification(
    context: WriteContext, new: NewIdentification, entry: ProtocolEntry
) -> list[NewTable]:
    """Check that every sample exists and has one role.

    Raises
    ------
    TestSetError
    """
    context.require(new.name, "reference", new.references)
    context.require(new.name, "probe", new.probes)
    require_one_role(new.name, (*new.references, *new.probes))
    lines = (
        *((name, REFERENCE) for name in new.references),
        *((name, PROBE) for name in new.probes),
    )
    return [NewTable(entry.files[0], ("sample", "role"), lines, len(lines))]


def by_role(
    context: ReadContext, rows: list[Row], roles: tuple[str, ...]
) -> dict[str, dict[int, Row]]:
    """Sort rows by role; each sample stands once and every role is taken.

    Raises
    ------
    TestSetError
    """
    found: dict[str, dict[int, Row]] = {role: {} for role in roles}
    seen: dict[int, int] = {}
    for row in rows:
        role = row.values["role"]
        if role not in found:
            row.fail(f"role is '{role}', not {' or '.join(roles)}")
        sample = context.known(row, "sample")
        if sample in seen:
            row.fail(f"sample '{row.values['sample']}' stands already on line {seen[sample]}")
        seen[sample] = row.line
        found[role][sample] = row
    for role, samples in found.items():
        if not samples:
            rows[-1].fail(f"no sample has the role {role}")
    return found


def require_other_images(
    context: ReadContext, references: Iterable[int], probes: dict[int, Row]
) -> None:
    """Refuse an image that is enrolled and searched for under two names.

    Raises
    ------
    TestSetError
    """
    enrolled = {context.samples[k].sha256: context.samples[k].sample for k in references}
    for sample, row in probes.items():
        twin = enrolled.get(context.samples[sample].sha256)
        if twin is not None:
            row.fail(f"this is the very image that is enrolled as '{twin}'")


def require_one_role(protocol: str, names: tuple[str, ...]) -> None:
    """Refuse a sample that is named twice.

    Raises
    ------
    TestSetError
    """
    twice = first_twice(names)
    if twice is not None:
        fail(protocol, f"sample '{twice}' has two roles")
