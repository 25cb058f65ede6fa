"""Listed pairs: ``reference, probe, mated`` and perhaps ``fold``."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from evaluation.testsets.protocol_tables.context import MAX_FOLDS, NewTable, fail, int32
from evaluation.testsets.protocols import PairProtocol

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from evaluation.testsets.manifest import ProtocolEntry
    from evaluation.testsets.new import NewPairs, PairRow
    from evaluation.testsets.protocol_tables.context import ReadContext, WriteContext
    from evaluation.testsets.tables import Row


def read_pairs(context: ReadContext, entry: ProtocolEntry) -> PairProtocol:
    """Read the trials and check them against the subjects.

    Raises
    ------
    TestSetError
        A line names an unknown sample, compares one with itself, or contradicts the
        subjects.
    """
    header, rows = context.rows(entry, ("reference", "probe", "mated"))
    reference = int32(context.known(row, "reference") for row in rows)
    probe = int32(context.known(row, "probe") for row in rows)
    mated = np.array([row.truth("mated") for row in rows], dtype=np.bool_)
    for itself in np.flatnonzero(reference == probe)[:1].tolist():
        rows[itself].fail(f"the pair compares '{rows[itself].values['probe']}' with itself")
    if context.manifest.subjects_known:
        _require_truth(rows, mated, context.subjects[reference] == context.subjects[probe])
    fold = None
    if "fold" in header:
        fold = np.array([row.whole("fold", below=MAX_FOLDS) for row in rows], dtype=np.int16)
    return PairProtocol(entry.name, entry.title, reference, probe, mated, fold)


def write_pairs(context: WriteContext, new: NewPairs, entry: ProtocolEntry) -> list[NewTable]:
    """Check the trials against the samples.

    Raises
    ------
    TestSetError
        A trial names an unknown sample, compares one with itself, or contradicts the
        subjects; some trials have a fold and others none.
    """
    folded = {row[3] is not None for row in new.rows}
    if len(folded) > 1:
        fail(new.name, "some trials have a fold, others none")
    for number, row in enumerate(new.rows, start=1):
        problem = _fault(context, row)
        if problem:
            fail(new.name, f"trial {number}: {problem}")
    header = ("reference", "probe", "mated", *(("fold",) if folded == {True} else ()))
    lines = (
        (reference, probe, str(int(mated)), *(() if fold is None else (str(fold),)))
        for reference, probe, mated, fold in new.rows
    )
    return [NewTable(entry.files[0], header, lines, len(new.rows))]


def _fault(context: WriteContext, row: PairRow) -> str:
    reference, probe, mated, fold = row
    for name in (reference, probe):
        if name not in context.subject_of:
            return f"there is no sample '{name}'"
    if reference == probe:
        return f"it compares '{reference}' with itself"
    if fold is not None and not 0 <= fold < MAX_FOLDS:
        return f"fold {fold} is not from 0 to {MAX_FOLDS - 1}"
    same = context.subject_of[reference] == context.subject_of[probe]
    if context.subjects_known and same != mated:
        said = "mated, but the subjects differ" if mated else "non-mated, but of one subject"
        return f"'{reference}' and '{probe}' are {said}"
    return ""


def _require_truth(rows: list[Row], mated: NDArray[np.bool_], same: NDArray[np.bool_]) -> None:
    wrong = np.flatnonzero(mated != same)
    if wrong.size:
        first = int(wrong[0])
        said = "mated, but the subjects differ" if mated[first] else "non-mated, but of one subject"
        rows[first].fail(f"the pair is {said}")
