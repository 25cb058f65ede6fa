"""Passages before a camera: ``sample, role, passage, seconds``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evaluation.testsets.protocol_tables.context import (
    FRAME,
    REFERENCE,
    NewTable,
    fail,
    require_sizes,
)
from evaluation.testsets.protocol_tables.identification import (
    by_role,
    require_one_role,
    require_other_images,
)
from evaluation.testsets.protocols import LiveProtocol

if TYPE_CHECKING:
    from evaluation.testsets.manifest import ProtocolEntry
    from evaluation.testsets.new import NewLive
    from evaluation.testsets.protocol_tables.context import ReadContext, WriteContext
    from evaluation.testsets.tables import Row

_HEADER = ("sample", "role", "passage", "seconds")


def read_live(context: ReadContext, entry: ProtocolEntry) -> LiveProtocol:
    """Read the watchlist and the frames of every passage.

    Raises
    ------
    TestSetError
        As for searches; or a frame has no passage or time, a passage shows two people,
        or its time falls from one line to the next.
    """
    _, rows = context.rows(entry, _HEADER)
    found = by_role(context, rows, (REFERENCE, FRAME))
    require_other_images(context, found[REFERENCE], found[FRAME])
    reference = np.array(sorted(found[REFERENCE]), dtype=np.int32)
    path = context.root / entry.files[0]
    require_sizes(path, entry.gallery_sizes, np.unique(context.subjects[reference]).size)
    passages: dict[str, list[tuple[float, int]]] = {}
    for sample, row in found[FRAME].items():
        _add_frame(context, passages, sample, row)
    frames = [
        (number, seconds, sample)
        for number, name in enumerate(passages)
        for seconds, sample in passages[name]
    ]
    return LiveProtocol(
        entry.name,
        entry.title,
        reference,
        frame=np.array([sample for *_, sample in frames], dtype=np.int32),
        passage=np.array([number for number, *_ in frames], dtype=np.int32),
        seconds=np.array([seconds for _, seconds, _ in frames], dtype=np.float64),
        gallery_sizes=entry.gallery_sizes,
    )


def write_live(context: WriteContext, new: NewLive, entry: ProtocolEntry) -> list[NewTable]:
    """Check that every sample exists and has one role.

    Raises
    ------
    TestSetError
    """
    context.require(new.name, "reference", new.references)
    context.require(new.name, "frame", (sample for sample, *_ in new.frames))
    require_one_role(new.name, (*new.references, *(sample for sample, *_ in new.frames)))
    for number, (sample, passage, seconds) in enumerate(new.frames, start=1):
        if not passage or not passage.isprintable():
            fail(new.name, f"frame {number}: '{sample}' has no passage")
        if not 0 <= seconds < 1e6:
            fail(new.name, f"frame {number}: a time of {seconds} seconds")
    lines = (
        *((name, REFERENCE, "", "") for name in new.references),
        *((sample, FRAME, passage, repr(float(s))) for sample, passage, s in new.frames),
    )
    return [NewTable(entry.files[0], _HEADER, lines, len(lines))]


def _add_frame(
    context: ReadContext, passages: dict[str, list[tuple[float, int]]], sample: int, row: Row
) -> None:
    frames = passages.setdefault(row.name("passage"), [])
    seconds = row.number("seconds")
    if seconds < 0:
        row.fail(f"seconds is {seconds:g}, before the passage's beginning")
    if frames and seconds < frames[-1][0]:
        row.fail(f"seconds falls from {frames[-1][0]:g} to {seconds:g} within the passage")
    if frames and context.subjects[frames[-1][1]] != context.subjects[sample]:
        row.fail(f"passage '{row.values['passage']}' shows two subjects")
    frames.append((seconds, sample))
