"""What a reader of a public layout hands over, and how it becomes a package."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from evaluation.errors import TestSetError
from evaluation.testsets.importers.further import Further
from evaluation.testsets.writing import require_free, write_test_set

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from evaluation.testsets.importers.details import Progress, SetDetails
    from evaluation.testsets.new import NewProtocol, NewSample
    from evaluation.testsets.types import TestSet


@dataclass(frozen=True, slots=True)
class Source:
    """A test set as it was found on disk; samples may come one by one.

    Attributes
    ----------
    attributes : tuple of str
        Sample attributes to keep, in the order of their columns.
    subjects_known : bool
        False where nobody says who is shown, or it was inferred from pairs.
    """

    samples: Iterable[NewSample]
    protocols: Sequence[NewProtocol]
    attributes: tuple[str, ...] = ()
    subjects_known: bool = True


def import_set(
    read: Callable[[], Source],
    destination: Path,
    details: SetDetails,
    *,
    further: Further | None = None,
    progress: Progress | None = None,
) -> TestSet:
    """Write what a reader finds as a package.

    Parameters
    ----------
    read : callable
        Called once the destination is known to be free.
    destination : Path
        Folder to make.
    further : Further, optional
        Protocols to add to those of the source.

    Raises
    ------
    TestSetError
        Something is wrong; names the file and line. Nothing is left behind.
    """
    require_free(destination)
    source = read()
    protocols = (further or Further()).added_to(source.protocols)
    if not protocols:
        raise TestSetError(
            "no protocol was asked for: give a list of pairs, or ask for all pairs or leave-one-out"
        )
    return write_test_set(
        destination,
        **asdict(details),
        samples=source.samples,
        protocols=protocols,
        attributes=source.attributes,
        subjects_known=source.subjects_known,
        progress=progress,
    )
