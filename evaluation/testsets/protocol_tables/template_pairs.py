"""Trials between templates, in two tables.

``NAME.templates.csv`` has a line for each member: ``template, name, sample, media``, where
templates and media are numbered from 0. ``NAME.csv`` has a line for each trial:
``reference, probe, mated``, which names templates by number, so that fifteen million
trials are read as arrays.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from evaluation.errors import TestSetError
from evaluation.testsets.detector_scores import detector_scores
from evaluation.testsets.numbers import read_whole_numbers
from evaluation.testsets.protocol_tables.context import NewTable, fail, int32
from evaluation.testsets.protocols import TemplateProtocol

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from evaluation.testsets.manifest import ProtocolEntry
    from evaluation.testsets.new import NewTemplatePairs
    from evaluation.testsets.protocol_tables.context import ReadContext, WriteContext

MAX_TEMPLATES = 100_000_000
_MEMBERS = ("template", "name", "sample", "media")
_TRIALS = ("reference", "probe", "mated")
_FIRST_LINE = 2  # after the header; a package's tables have one line for each row


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
    if entry.pooling.weigh_by_detector_score:
        detector_scores(context.root, context.samples)
    members = _read_members(context, entry)
    subjects = _check_members(members, context.subjects)
    path = context.root / entry.files[0]
    trials = read_whole_numbers(path, len(_TRIALS), header=",".join(_TRIALS))
    context.require_rows(entry.files[0], len(trials))
    _check_trials(path, trials, subjects, knows=context.manifest.subjects_known)
    order = np.lexsort((members.sample, members.media, members.template))
    return TemplateProtocol(
        entry.name,
        entry.title,
        template_names=members.names,
        member_template=members.template[order],
        member_sample=members.sample[order],
        member_media=members.media[order],
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
        NewTable(entry.files[0], _TRIALS, trials, len(trials)),
    ]


@dataclass(frozen=True, slots=True)
class _Members:
    """Lines of the members' table, and the names of the templates."""

    path: Path
    line: NDArray[np.int32]
    template: NDArray[np.int32]
    sample: NDArray[np.int32]
    media: NDArray[np.int32]
    names: tuple[str, ...]

    def refuse(self, wrong: NDArray[np.bool_], message: str) -> None:
        """Name the first wrong line; ``{}`` in the message stands for its template."""
        if wrong.any():
            first = int(np.argmax(wrong))
            problem = message.format(self.template[first])
            raise TestSetError(problem, path=self.path, line=int(self.line[first]))


def _read_members(context: ReadContext, entry: ProtocolEntry) -> _Members:
    names: dict[str, int] = {}
    line, template, sample, media = (array("i") for _ in range(4))
    _, rows = context.stream(entry, _MEMBERS, number=1)
    for row in rows:
        number, name = row.whole("template", below=MAX_TEMPLATES), row.name("name")
        if number > len(names):
            row.fail(f"template {number} comes before template {len(names)}")
        if number == len(names):
            names.setdefault(name, number)
        if names.get(name) != number:
            row.fail(f"template {number} is not always named '{name}', or another is")
        line.append(row.line)
        template.append(number)
        sample.append(context.known(row, "sample"))
        media.append(row.whole("media", below=MAX_TEMPLATES))
    return _Members(
        context.root / entry.files[1],
        line=np.array(line, dtype=np.int32),
        template=np.array(template, dtype=np.int32),
        sample=np.array(sample, dtype=np.int32),
        media=np.array(media, dtype=np.int32),
        names=tuple(names),
    )


def _check_members(members: _Members, subjects: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the subject of each template."""
    shown = subjects[members.sample]
    _, first = np.unique(members.template, return_index=True)
    of_template: NDArray[np.int32] = shown[first]
    members.refuse(shown != of_template[members.template], "template {} shows two subjects")
    order = np.lexsort((members.sample, members.template))  # stable: lines stay in order
    again = np.zeros(order.size, dtype=np.bool_)
    again[order[1:]] = (np.diff(members.template[order]) == 0) & (
        np.diff(members.sample[order]) == 0
    )
    members.refuse(again, "template {} holds this sample twice")
    return of_template


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
        raise TestSetError(message, path=path, line=int(np.argmax(wrong)) + _FIRST_LINE)


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
