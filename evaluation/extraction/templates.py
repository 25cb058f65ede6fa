"""The templates of some samples, and how they lie in a file.

A file is a NumPy archive without pickles. Samples that gave no template keep their
row: its embedding is zero and a reason says why, so nothing is ever dropped.
"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from evaluation.errors import ResultError
from evaluation.extraction.facts import (
    ChildFacts,
    added_seconds,
    joined_child,
    pack_facts,
    unpack_facts,
)
from evaluation.storage import atomic_writer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


class FailureReason(StrEnum):
    """Why a sample gave no template."""

    DECODE = "decode"
    NO_FACE = "no_face"
    NON_FINITE = "non_finite"
    ZERO = "zero"


@dataclass(frozen=True)
class Templates:
    """One row per sample, in the order in which the samples were asked for.

    Attributes
    ----------
    embeddings : ndarray of float32, shape (n, dim)
        As the model gave them, the mirrored image's added where the card says so.
        Zero where failed.
    failed : ndarray of bool, shape (n,)
    reasons : tuple of str
        '' or a FailureReason, one per row.
    stage_seconds : mapping of str to float
        Working time by stage, summed over threads.
    child : ChildFacts or None
    """

    embeddings: NDArray[np.float32]
    failed: NDArray[np.bool_]
    reasons: tuple[str, ...]
    stage_seconds: Mapping[str, float] = field(default_factory=dict)
    child: ChildFacts | None = None

    def __post_init__(self) -> None:
        rows = {self.embeddings.shape[0], self.failed.shape[0], len(self.reasons)}
        if len(rows) != 1 or self.embeddings.ndim != 2:
            raise ResultError("templates whose tables differ in length")

    def __len__(self) -> int:
        return len(self.reasons)

    @property
    def output_dim(self) -> int:
        """Numbers per sample."""
        return int(self.embeddings.shape[1])

    def save(self, path: Path) -> None:
        """Write the file atomically; an existing one is replaced."""
        with atomic_writer(path) as file:
            np.savez(
                file,
                embeddings=self.embeddings,
                failed=self.failed,
                reasons=np.array(self.reasons, dtype="U10"),
                facts=pack_facts(self.stage_seconds, self.child),
            )


def load_templates(path: Path) -> Templates:
    """Read a file that ``Templates.save`` wrote.

    Raises
    ------
    ResultError
        The file is missing, damaged, or holds something else.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            stage_seconds, child = unpack_facts(archive["facts"])
            return Templates(
                embeddings=archive["embeddings"].astype(np.float32, copy=False),
                failed=archive["failed"].astype(np.bool_, copy=False),
                reasons=tuple(str(reason) for reason in archive["reasons"]),
                stage_seconds=stage_seconds,
                child=child,
            )
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise ResultError(f"{path.name} does not hold templates") from error


def concatenate(parts: Sequence[Templates]) -> Templates:
    """Join shards in the order given.

    Times are added. Of several children the slowest load and the greatest memory
    count, and a layer counts as in force only where it was in force for all.

    Raises
    ------
    ResultError
        There is no part, or embeddings differ in length.
    """
    if not parts or len({part.embeddings.shape[1] for part in parts}) != 1:
        raise ResultError("shards of templates that do not belong together")
    return Templates(
        embeddings=np.concatenate([part.embeddings for part in parts]),
        failed=np.concatenate([part.failed for part in parts]),
        reasons=tuple(reason for part in parts for reason in part.reasons),
        stage_seconds=added_seconds([part.stage_seconds for part in parts]),
        child=joined_child([part.child for part in parts if part.child is not None]),
    )
