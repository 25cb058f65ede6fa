"""The answer to a search: what fits, of every kind that its reader may see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.home.search.kinds import kinds_open_to
from portal.home.search.matching import Text, ranked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.accounts.models import User
    from portal.home.search.kinds import Kind


@dataclass(frozen=True, slots=True)
class Hit:
    """One record that fits."""

    kind: str
    title: str
    said: str
    href: str


def find(user: User, query: str, kinds: Sequence[Kind] | None = None) -> list[Hit]:
    """Return what fits every word of the query, the best first, in one query for each kind.

    The words are looked for in the rows that ``user`` may see, and in no others.
    """
    open_kinds = kinds_open_to(user)
    searched = [kind for kind in kinds or open_kinds if kind in open_kinds]
    if not query.strip():
        return []
    rows = [(kind, row) for kind in searched for row in kind.rows(user)]
    texts = [_with_kind(kind, kind.text(row)) for kind, row in rows]
    return [
        Hit(kind.label, kind.text(row).title, kind.said(row), kind.href(row))
        for kind, row in (rows[place] for place in ranked(query, texts))
    ]


def _with_kind(kind: Kind, text: Text) -> Text:
    """Add the word for the kind, so that "roadmap faces" finds the roadmap's."""
    return Text(text.title, f"{text.body} {kind.label}")
