"""What commands share in speaking to a terminal: a line that counts, and plain tables."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_EVERY = 50


@contextmanager
def counter(what: str) -> Iterator[Callable[..., None]]:
    """Give a function that counts on one line of a terminal, and is silent elsewhere."""
    shown = False

    def show(done: int, total: int | None = None) -> None:
        nonlocal shown
        if sys.stderr.isatty() and (done % _EVERY == 0 or done == total):
            of_total = "" if total is None else f" of {total:,}"
            print(f"\r{done:,}{of_total} {what}", end="", file=sys.stderr, flush=True)
            shown = True

    try:
        yield show
    finally:
        if shown:
            print("\r\033[K", end="", file=sys.stderr, flush=True)


def table(header: Sequence[str], rows: Sequence[Sequence[str]], *, left: int = 1) -> str:
    """Lines of a table; the first ``left`` columns are flush left, the others right."""
    lines = [list(header), *(list(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column < left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )
