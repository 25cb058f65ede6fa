"""How each kind of protocol lies on disk: one module reads and writes its tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from evaluation.testsets.manifest import ProtocolEntry, ProtocolKind
from evaluation.testsets.new import (
    NewAllPairs,
    NewDetection,
    NewIdentification,
    NewLeaveOneOut,
    NewLive,
    NewPairs,
    NewPresentationAttack,
    NewQuality,
    NewRobustness,
    NewTemplatePairs,
)
from evaluation.testsets.protocol_tables.context import NewTable, ReadContext, WriteContext
from evaluation.testsets.protocol_tables.detection import read_detection, write_detection
from evaluation.testsets.protocol_tables.identification import (
    read_identification,
    write_identification,
)
from evaluation.testsets.protocol_tables.live import read_live, write_live
from evaluation.testsets.protocol_tables.pairs import read_pairs, write_pairs
from evaluation.testsets.protocol_tables.presentation_attack import (
    read_presentation_attack,
    write_presentation_attack,
)
from evaluation.testsets.protocol_tables.template_pairs import (
    read_template_pairs,
    write_template_pairs,
)
from evaluation.testsets.protocols import (
    AllPairsProtocol,
    LeaveOneOutProtocol,
    QualityProtocol,
    RobustnessProtocol,
)

if TYPE_CHECKING:
    from evaluation.testsets.new import NewProtocol
    from evaluation.testsets.protocols import Protocol

Read = Callable[[ReadContext, ProtocolEntry], Any]
Write = Callable[[WriteContext, Any, ProtocolEntry], list[NewTable]]

KIND_OF: dict[type[Any], ProtocolKind] = {
    NewPairs: ProtocolKind.PAIRS,
    NewAllPairs: ProtocolKind.ALL_PAIRS,
    NewTemplatePairs: ProtocolKind.TEMPLATE_PAIRS,
    NewIdentification: ProtocolKind.IDENTIFICATION,
    NewLeaveOneOut: ProtocolKind.LEAVE_ONE_OUT,
    NewLive: ProtocolKind.LIVE,
    NewRobustness: ProtocolKind.ROBUSTNESS,
    NewQuality: ProtocolKind.QUALITY,
    NewPresentationAttack: ProtocolKind.PRESENTATION_ATTACK,
    NewDetection: ProtocolKind.DETECTION,
}
_READERS: dict[ProtocolKind, Read] = {
    ProtocolKind.PAIRS: read_pairs,
    ProtocolKind.ALL_PAIRS: lambda _, entry: AllPairsProtocol(entry.name, entry.title),
    ProtocolKind.TEMPLATE_PAIRS: read_template_pairs,
    ProtocolKind.IDENTIFICATION: read_identification,
    ProtocolKind.LEAVE_ONE_OUT: lambda _, entry: LeaveOneOutProtocol(entry.name, entry.title),
    ProtocolKind.LIVE: read_live,
    ProtocolKind.ROBUSTNESS: lambda _, entry: RobustnessProtocol(
        entry.name, entry.title, entry.base or "", entry.conditions
    ),
    ProtocolKind.QUALITY: lambda _, entry: QualityProtocol(
        entry.name, entry.title, entry.base or ""
    ),
    ProtocolKind.PRESENTATION_ATTACK: read_presentation_attack,
    ProtocolKind.DETECTION: read_detection,
}
_WRITERS: dict[ProtocolKind, Write] = {
    ProtocolKind.PAIRS: write_pairs,
    ProtocolKind.TEMPLATE_PAIRS: write_template_pairs,
    ProtocolKind.IDENTIFICATION: write_identification,
    ProtocolKind.LIVE: write_live,
    ProtocolKind.PRESENTATION_ATTACK: write_presentation_attack,
    ProtocolKind.DETECTION: write_detection,
}
"""The other kinds have no table of their own."""


def read_protocol(context: ReadContext, entry: ProtocolEntry) -> Protocol:
    """Read one protocol's tables.

    Raises
    ------
    TestSetError
        A table is wrong; names the file and line.
    """
    protocol: Protocol = _READERS[entry.kind](context, entry)
    return protocol


def tables_of(context: WriteContext, new: NewProtocol, entry: ProtocolEntry) -> list[NewTable]:
    """Check one protocol against the samples and make its tables.

    Raises
    ------
    TestSetError
        It contradicts the samples.
    """
    write = _WRITERS.get(entry.kind)
    return [] if write is None else write(context, new, entry)


def entry_of(new: NewProtocol) -> ProtocolEntry:
    """Return what the manifest says of a new protocol.

    Raises
    ------
    pydantic.ValidationError
        A field is invalid.
    """
    return ProtocolEntry(
        name=new.name,
        title=new.title,
        kind=KIND_OF[type(new)],
        base=new.base if isinstance(new, NewRobustness | NewQuality) else None,
        conditions=new.conditions if isinstance(new, NewRobustness) else (),
        gallery_sizes=new.gallery_sizes if isinstance(new, NewIdentification | NewLive) else (),
        pooling=new.pooling if isinstance(new, NewTemplatePairs) else None,
    )


__all__ = ["NewTable", "ReadContext", "WriteContext", "entry_of", "read_protocol", "tables_of"]
