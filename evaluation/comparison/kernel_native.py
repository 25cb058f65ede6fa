"""Counting a tile of cosine scores with the compiled kernel, where it has been built.

Counting in bins is a loop over scores that NumPy has no one function for; in several
passes it costs a fifth of the matrix product itself, in the compiled loop a twentieth.
The loop is forty lines of C, built once when the project is set up, wherever there is a
C compiler. Nothing is compiled while anything runs. A just-in-time compiler would cost
each process a second and more memory than the whole comparison (the measurements are in
the README's decisions).

The library is named by a digest of its source, so a stale one is never loaded. Without
one, or with one for another processor, NumPy counts the same bits.
"""

from __future__ import annotations

import ctypes
import hashlib
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from evaluation.arrays import Array
    from evaluation.comparison.binning import Bins
    from evaluation.comparison.order import Order
    from evaluation.comparison.tally import Histograms, Kept, KeptTail
    from evaluation.comparison.tiles import Tile

SOURCE = Path(__file__).with_name("kernel.c")
_ROOM = 1 << 16
"""Scores kept of a tile before they are handed over."""


def library_path() -> Path:
    """Where the library built from the present source lies, if it has been built."""
    digest = hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:16]
    return SOURCE.with_name(f"kernel-{sys.platform}-{digest}.so")


@cache
def native_kernel() -> Any | None:
    """Load the compiled function; None where there is none for this machine."""
    try:
        function = ctypes.CDLL(str(library_path())).count_rows
    except (OSError, AttributeError):
        return None
    function.restype = ctypes.c_int64
    function.argtypes = [
        ctypes.POINTER(_Plan),
        ctypes.POINTER(_Tile),
        ctypes.c_int64,
        ctypes.c_void_p,
        ctypes.c_void_p,
        ctypes.c_uint32,
        ctypes.POINTER(_Kept),
        ctypes.POINTER(_Kept),
    ]
    return function


class NativeCounter:
    """Counts tiles for one thread; the same interface and the same bits as NumpyCounter.

    Parameters
    ----------
    function : callable
        From `native_kernel`.
    order : Order
    bins : Bins
    histograms : Histograms
    mated, tail : Kept, KeptTail
    """

    def __init__(
        self,
        function: Any,
        order: Order,
        bins: Bins,
        histograms: Histograms,
        mated: Kept,
        tail: KeptTail,
    ) -> None:
        self._function = function
        self._histograms = histograms
        self._places = order.places
        self._order = order
        self._plan = _Plan(
            samples=_address(order.samples),
            groups=_address(order.groups),
            run_stop=_address(order.run_stop),
            mates=_address(order.mates),
            mates_from=_address(order.mates_from),
            mates_to=_address(order.mates_to),
            places=_address(self._places),
            n_groups=order.n_groups + 1,
            zero_slot=bins.zero_bin + 1,
            bins_per_unit=1.0 / bins.width,
        )
        self._slots = np.empty(0, dtype=np.uint32)
        self._mated = _Buffer(mated)
        self._tail = _Buffer(tail)
        self._kept_tail = tail

    def count(self, tile: Tile, scores: Array) -> None:
        """Count the scores of a tile, float32, shape (bottom - top, right - left), contiguous."""
        rows, columns = scores.shape
        if scores.dtype != np.float32 or (rows, columns) != tile.shape:
            raise ValueError(f"scores {scores.shape} of {scores.dtype} are not those of a tile")
        self._histograms.expect(scores.size)
        if self._slots.size < columns:
            self._slots = np.empty(columns, dtype=np.uint32)
        for buffer in (self._mated, self._tail):
            buffer.have_room(max(_ROOM, columns))
        described = _Tile(
            _address(scores), rows, columns, tile.top, tile.left, tile.count_from, tile.count_to
        )
        row = 0
        while row < rows:
            row = self._function(
                self._plan,
                described,
                row,
                _address(self._histograms.counts),
                _address(self._slots),
                self._kept_tail.bound,
                self._mated.described,
                self._tail.described,
            )
            self._mated.hand_over()
            self._tail.hand_over()


class _Buffer:
    """Memory that the compiled function writes kept scores into."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self._scores = np.empty(0, dtype=np.float32)
        self._i, self._j = np.empty((2, 0), dtype=np.int32)
        self.described = _Kept()

    def have_room(self, room: int) -> None:
        if self._scores.size >= room:
            return
        self._scores = np.empty(room, dtype=np.float32)
        self._i, self._j = np.empty((2, room), dtype=np.int32)
        self.described = _Kept(
            _address(self._scores), _address(self._i), _address(self._j), 0, room
        )

    def hand_over(self) -> None:
        n = self.described.size
        if n:
            self._kept.add(self._scores[:n].copy(), self._i[:n].copy(), self._j[:n].copy())
            self.described.size = 0


def _address(array: Array) -> int:
    if not array.flags.c_contiguous:
        raise ValueError("the compiled kernel reads contiguous arrays only")
    return int(array.ctypes.data)


class _Plan(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_void_p) for name in ("samples", "groups", "run_stop", "mates")),
        *((name, ctypes.c_void_p) for name in ("mates_from", "mates_to", "places")),
        ("n_groups", ctypes.c_int32),
        ("zero_slot", ctypes.c_int32),
        ("bins_per_unit", ctypes.c_float),
    )


class _Tile(ctypes.Structure):
    _fields_ = (
        ("scores", ctypes.c_void_p),
        *((name, ctypes.c_int64) for name in ("rows", "columns", "top", "left")),
        *((name, ctypes.c_int64) for name in ("count_from", "count_to")),
    )


class _Kept(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_void_p) for name in ("scores", "i", "j")),
        *((name, ctypes.c_int64) for name in ("size", "room")),
    )
