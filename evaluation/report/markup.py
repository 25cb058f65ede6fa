"""HTML from plain text: every value is escaped here, and nowhere else.

Functions take text and give ``Html``; only ``Html`` is put into a page unescaped.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@dataclass(frozen=True, slots=True)
class Html:
    """Markup that is safe to put into a page."""

    text: str


Content: TypeAlias = "str | Html"


def safe(content: Content) -> str:
    """Escape text; give markup as it is."""
    return content.text if isinstance(content, Html) else escape(content, quote=True)


def element(name: str, content: Content = "", **attributes: str) -> Html:
    """Build one element; attribute names are written with ``_`` for ``-`` and at the end."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value, quote=True)}"'
        for key, value in attributes.items()
    )
    return Html(f"<{name}{written}>{safe(content)}</{name}>")


def join(parts: Iterable[Content], separator: str = "\n") -> Html:
    """Put parts one after another."""
    return Html(separator.join(safe(part) for part in parts))


def section(title: str, *parts: Content, anchor: str, level: int = 2) -> Html:
    """Part of a page under its heading."""
    heading = element(f"h{level}", title, id=anchor)
    return element("section", join([heading, *parts]), aria_labelledby=anchor)


def summary_list(rows: Iterable[tuple[str, Content]]) -> Html:
    """Keys with their values."""
    return element(
        "dl",
        join(
            element("div", join([element("dt", key), element("dd", value)])) for key, value in rows
        ),
        class_="summary",
    )


def table(
    caption: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Content]],
    *,
    muted: Sequence[bool] | None = None,
) -> Html:
    """Table with a caption; the first cell of each row is its heading.

    On a narrow screen each row becomes a block and each cell shows its column's name.
    """
    head = element(
        "thead",
        element(
            "tr",
            join(element("th", name, scope="col", role="columnheader") for name in columns),
            role="row",
        ),
        role="rowgroup",
    )
    quiet = muted if muted is not None else [False] * len(rows)
    lines = (_row(columns, row, is_muted) for row, is_muted in zip(rows, quiet, strict=True))
    body = element("tbody", join(lines), role="rowgroup")
    # Roles are named because a table that is laid out as blocks loses its own.
    return element("table", join([element("caption", caption), head, body]), role="table")


def _row(columns: Sequence[str], row: Sequence[Content], is_muted: bool) -> Html:
    first = element("th", row[0], scope="row", role="rowheader")
    rest = [
        element("td", cell, role="cell", data_label=name)
        for name, cell in zip(columns[1:], row[1:], strict=True)
    ]
    content = join([first, *rest], separator="")
    look = {"class_": "muted"} if is_muted else {}
    return element("tr", content, role="row", **look)


def details(summary: str, content: Content) -> Html:
    """Part that a reader opens."""
    return element("details", join([element("summary", summary), content]))


def scrolling(content: Content, *, label: str) -> Html:
    """Box that scrolls sideways by itself, reachable by keyboard."""
    return element(
        "div", content, class_="scrolling", role="region", aria_label=label, tabindex="0"
    )
