"""Our own threads over pieces of work, each with one thread of linear algebra.

A matrix product rounds differently for another number of BLAS threads, so BLAS is held to
one while our own threads take pieces. Pieces and results stay in order, so the number of
threads does not show.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from threadpoolctl import ThreadpoolController

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

Piece = TypeVar("Piece")
Result = TypeVar("Result")


def share_out(
    work: Callable[[Piece], Result], pieces: Sequence[Piece], *, threads: int
) -> list[Result]:
    """Do each piece of work and return the results in order.

    Parameters
    ----------
    work : callable
    pieces : sequence
    threads : int
        At least 1; one piece alone, or one thread, starts none.

    Returns
    -------
    list

    Raises
    ------
    ValueError
        ``threads`` is below 1.
    """
    if threads < 1:
        raise ValueError(f"threads is at least 1, got {threads}")
    with one_blas_thread():
        if threads == 1 or len(pieces) < 2:
            return [work(piece) for piece in pieces]
        with ThreadPoolExecutor(max_workers=threads) as pool:
            return list(pool.map(work, pieces))


def one_blas_thread() -> AbstractContextManager[object]:
    """Hold linear algebra to one thread: more of them wait for each other on a busy machine."""
    limited: AbstractContextManager[object] = _libraries().limit(limits=1)
    return limited


@cache
def _libraries() -> ThreadpoolController:
    """Find the libraries once: looking through all that are loaded takes a millisecond."""
    return ThreadpoolController()
