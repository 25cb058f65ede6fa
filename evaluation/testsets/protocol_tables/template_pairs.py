"""Trials between templates, in two tables.

``NAME.templates.csv`` has a line for each member: ``template, name, sample, media``, where
templates and media are numbered from 0. ``NAME.csv`` has a line for each trial:
``reference, probe, mated``, which names templates by number, so that fifteen million
trials are read as arrays.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from evaluation.errors import TestSetError
from evaluation.testsets.numbers import read_whole_numbers
from evaluation.testsets.protocol_tables.context import NewTable, fail, int32
from evaluation.testsets.protocols import TemplateProtocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from evaluation.testsets.manifest import ProtocolEntry
    from evaluation.testsets.new import NewTemplatePairs
    from evaluation.testsets.protocol_tables.context import ReadContext, WriteContext
    from evaluation.testsets.tables import Row

MAX_TEMPLATES = 100_000_000
_MEMBERS = ("template", "name", "sample", "media")
_TRIALS = ("reference", "probe", "mated")
_LINES_AT_ONCE = 1 << 18


def read_template_pairs(context: ReadContext, entry: ProtocolEntry) -> TemplateProtocol:
    """Read members and trials.

    Raises
    ------
    TestSetError
        Templates are not numbered from 0 without gap, hold one sample twice or two
        subjects; or a trial names an unknown template or contradicts the subjects.
    """
    if entry.pooling is None:
        raise TestSetError("a template protocol needs pooling", path=context.root)
    _, rows = context.rows(entry, _MEMBERS, number=1)
    members = _members(context, rows)
    names, subjects = _templates(context, rows, members)
    path = context.root / entry.files[0]
    trials = read_whole_numbers(path, len(_TRIALS), header=",".join(_TRIALS))
    context.require_rows(entry.files[0], len(trials))
    _check_trials(path, trials, subjects, knows=context.manifest.subjects_known)
    order = np.lexsort((members[:, 1], members[:, 2], members[:, 0]))
    return TemplateProtocol(
        entry.name,
        entry.title,
        template_names=names,
        member_template=np.ascontiguousarray(members[order, 0]),
        member_sample=np.ascontiguousarray(members[order, 1]),
        member_media=np.ascontiguousarray(members[order, 2]),
        template_subject=subjects,
        reference=np.ascontiguousarray(trials[:, 0]),
        probe=np.ascontiguousarray(trials[:, 1]),
        mated=trials[:, 2] == 1,
        pooling=entry.pooling,
    )


def write_template_pairs(
    context: WriteContext, new: NewTemplatePairs, entry: ProtocolEntry
) -> list[NewTable]:
    """Give templates and media numbers, and check that each template shows one subject.

    Raises
    ------
    TestSetError
    """
    context.require(new.name, "member", (sample for _, sample, _ in new.members))
    number: dict[str, int] = {}
    media: dict[tuple[str, str], int] = {}
    subject: dict[str, str] = {}
    lines = []
    for template, sample, medium in new.members:
        shown = context.subject_of[sample]
        if subject.setdefault(template, shown) != shown:
            fail(new.name, f"template '{template}' shows two subjects")
        at = number.setdefault(template, len(number))
        of_medium = media.setdefault((template, medium), len(media))
        lines.append((str(at), template, sample, str(of_medium)))
    trials = _numbered(new, number, subject)
    return [
        NewTable(entry.files[1], _MEMBERS, lines, len(lines)),
        NewTable(entry.files[0], _TRIALS, _trial_lines(trials), len(trials)),
    ]


def _members(context: ReadContext, rows: list[Row]) -> NDArray[np.int32]:
    """Template, sample and medium of each line, shape (n, 3)."""
    found = [
        (
            row.whole("template", below=MAX_TEMPLATES),
            context.known(row, "sample"),
            row.whole("media", below=MAX_TEMPLATES),
        )
        for row in rows
    ]
    seen: set[tuple[int, int]] = set()
    for row, (template, sample, _) in zip(rows, found, strict=True):
        if (template, sample) in seen:
            row.fail(f"sample '{row.values['sample']}' stands twice in template {template}")
        seen.add((template, sample))
    return np.array(found, dtype=np.int32).reshape(-1, 3)


def _templates(
    context: ReadContext, rows: list[Row], members: NDArray[np.int32]
) -> tuple[tuple[str, ...], NDArray[np.int32]]:
    """Names and subjects of the templates, in order of their numbers."""
    names: dict[int, str] = {}
    subjects: dict[int, int] = {}
    for row, (template, sample, _) in zip(rows, members.tolist(), strict=True):
        if template > len(names):
            row.fail(f"template {template} comes before template {len(names)}")
        if names.setdefault(template, row.name("name")) != row.values["name"]:
            row.fail(f"template {template} has two names")
        subject = int(context.subjects[sample])
        if subjects.setdefault(template, subject) != subject:
            row.fail(f"template {template} shows two subjects")
    return tuple(names.values()), int32(subjects.values())


def _check_trials(
    path: Path, trials: NDArray[np.int32], subjects: NDArray[np.int32], *, knows: bool
) -> None:
    known = np.all(trials[:, :2] < subjects.size, axis=1)
    _refuse(path, ~known, "the trial names an unknown template")
    _refuse(path, trials[:, 0] == trials[:, 1], "the trial compares a template with itself")
    _refuse(path, trials[:, 2] > 1, "mated is neither 0 nor 1")
    if knows:
        same = subjects[trials[:, 0]] == subjects[trials[:, 1]]
        _refuse(path, same != (trials[:, 2] == 1), "mated contradicts the templates' subjects")


def _refuse(path: Path, wrong: NDArray[np.bool_], message: str) -> None:
    if wrong.any():
        raise TestSetError(message, path=path, line=int(np.argmax(wrong)) + 2)


def _numbered(
    new: NewTemplatePairs, number: dict[str, int], subject: dict[str, str]
) -> NDArray[np.int32]:
    """Trials as numbers of templates and ground truth, shape (n, 3)."""
    if len(new.reference) != len(new.probe):
        fail(new.name, "references and probes differ in number")
    try:
        reference = np.fromiter((number[name] for name in new.reference), dtype=np.int32)
        probe = np.fromiter((number[name] for name in new.probe), dtype=np.int32)
    except KeyError as error:
        raise TestSetError(f"protocol '{new.name}': there is no template {error}") from error
    codes: dict[str, int] = {}
    of_template = int32(codes.setdefault(subject[name], len(codes)) for name in number)
    if np.any(reference == probe):
        first = int(np.argmax(reference == probe)) + 1
        fail(new.name, f"trial {first}: it compares a template with itself")
    mated = of_template[reference] == of_template[probe]
    return np.stack([reference, probe, mated.astype(np.int32)], axis=1)


def _trial_lines(trials: NDArray[np.int32]) -> Iterator[tuple[str, ...]]:
    blocks = (
        trials[start : start + _LINES_AT_ONCE].tolist()
        for start in range(0, len(trials), _LINES_AT_ONCE)
    )
    return (tuple(map(str, row)) for row in chain.from_iterable(blocks))
