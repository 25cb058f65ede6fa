"""A samples CSV of a watchlist and of frames of people who pass a camera."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from evaluation.errors import TestSetError
from evaluation.testsets.importers.details import LIVE_NAME, LIVE_TITLE
from evaluation.testsets.importers.samples_table import SampleColumns, read_samples
from evaluation.testsets.importers.source import Source
from evaluation.testsets.new import NewLive

if TYPE_CHECKING:
    from pathlib import Path

    from evaluation.testsets.importers.samples_table import SamplesTable
    from evaluation.testsets.new import FrameRow
    from evaluation.testsets.tables import Row


@dataclass(frozen=True, slots=True)
class LiveColumns:
    """Columns of roles, passages and times, and the words of the roles.

    Attributes
    ----------
    watchlist, frame : str
        Enrolled on the watchlist; a frame of a passage, whose subject may be empty where
        nobody knows who passed.
    passage : str
        Name of the passage that a frame belongs to.
    seconds : str
        Time of a frame since the beginning of its passage.
    """

    role: str = "role"
    watchlist: str = "watchlist"
    frame: str = "frame"
    passage: str = "passage"
    seconds: str = "seconds"


@dataclass(slots=True)
class _Passage:
    """First line of a passage, who passes, and the frames so far."""

    line: int
    subject: str
    frames: list[FrameRow]


def read_live_csv(
    samples_csv: Path,
    images: Path,
    *,
    columns: SampleColumns | None = None,
    live: LiveColumns | None = None,
    landmarks_csv: Path | None = None,
    gallery_sizes: tuple[int, ...] = (),
) -> Source:
    """Read a samples table of a watchlist and passages.

    Frames of a passage are put into the order of their times.

    Raises
    ------
    TestSetError
        A role is no such word, a frame has no passage or time, a passage shows two
        people, or a role has no sample; names the file and line.
    """
    columns, live = columns or SampleColumns(), live or LiveColumns()
    needed = [live.role, live.passage, live.seconds]
    samples = read_samples(
        samples_csv, columns, landmarks_csv=landmarks_csv, further=needed, anonymous=True
    )
    watchlist: list[str] = []
    passages: dict[str, _Passage] = {}
    for name, row in samples.rows.items():
        _add(samples, name, row, live, watchlist, passages)
    for word, found in ((live.watchlist, watchlist), (live.frame, passages)):
        if not found:
            raise TestSetError(f"no sample has the role '{word}'", path=samples_csv)
    frames = [
        frame for one in passages.values() for frame in sorted(one.frames, key=lambda row: row[2])
    ]
    protocol = NewLive(LIVE_NAME, LIVE_TITLE, watchlist, frames, gallery_sizes)
    unnamed = {name: f"unknown/{passage}" for name, passage, _ in frames}
    subjects = {
        name: samples.subject(name) or unnamed.get(name) or row.name(columns.subject)
        for name, row in samples.rows.items()
    }
    return Source(samples.new_samples(images, subjects), [protocol], columns.attributes)


def _add(
    samples: SamplesTable,
    name: str,
    row: Row,
    live: LiveColumns,
    watchlist: list[str],
    passages: dict[str, _Passage],
) -> None:
    role = row.text(live.role)
    if role == live.watchlist:
        watchlist.append(name)
    elif role == live.frame:
        _add_frame(name, row, live, samples.subject(name), passages)
    elif role:
        row.fail(f"{live.role} is '{role}', not one of {live.watchlist}, {live.frame}")


def _add_frame(
    name: str, row: Row, live: LiveColumns, subject: str, passages: dict[str, _Passage]
) -> None:
    passage = row.name(live.passage)
    seconds = row.number(live.seconds)
    if seconds < 0:
        row.fail(f"{live.seconds} is {seconds:g}; a passage begins at 0")
    known = passages.setdefault(passage, _Passage(row.line, subject, []))
    if known.subject != subject:
        row.fail(
            f"passage '{passage}' shows '{subject}' here, but '{known.subject}' on line "
            f"{known.line}"
        )
    known.frames.append((name, passage, seconds))
