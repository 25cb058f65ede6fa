"""What happened to a record, from several tables at once, newest first and page by page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from django.db.models import QuerySet

    from portal.core.history import Difference


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened."""

    at: datetime
    kind: str
    """What sort of thing: "Edit"."""
    words: str
    who: str = ""
    href: str = ""
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """One table whose rows are each something that happened."""

    rows: QuerySet[Any]
    at: str
    """The column with the moment."""
    tell: Callable[[Sequence[Any]], list[Entry]]
    """Returns one entry for each row, in the rows' order."""


class Chronicle:
    """The entries of several sources as one list, which a paginator can count and cut.

    A page takes one query over all sources and one for each source that has a row on it.
    """

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources

    def count(self) -> int:
        """Return how many entries there are in all."""
        return self._keys().count() if self._sources else 0

    def __getitem__(self, place: slice) -> list[Entry]:
        if not self._sources:
            return []
        keys = list(self._keys().order_by("-moment", "table", "-key")[place])
        told: dict[tuple[int, str], Entry] = {}
        for number, source in enumerate(self._sources):
            wanted = [key["key"] for key in keys if key["table"] == number]
            if wanted:
                rows = list(source.rows.filter(pk__in=wanted))
                entries = source.tell(rows)
                told |= {
                    (number, _key_of(row)): entry for row, entry in zip(rows, entries, strict=True)
                }
        return [told[key["table"], _plain(key["key"])] for key in keys]

    def _keys(self) -> QuerySet[Any, dict[str, Any]]:
        """Return every row's source, key and moment."""
        keys: list[QuerySet[Any, dict[str, Any]]] = [
            source.rows.order_by()
            .annotate(table=Value(number), key=Cast("pk", CharField()), moment=F(source.at))
            .values("table", "key", "moment")
            for number, source in enumerate(self._sources)
        ]
        return keys[0].union(*keys[1:], all=True)


def _key_of(row: Any) -> str:
    return _plain(str(row.pk))


def _plain(key: str) -> str:
    """Return a key as every database has it: a UUID has hyphens in some."""
    return key.replace("-", "")
