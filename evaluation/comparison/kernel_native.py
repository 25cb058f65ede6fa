"""Counting a tile of cosine scores with the compiled kernel, where it has been built.

The kernel also picks the best of a search: see search_native.py.

Counting in bins is a loop over scores that NumPy has no one function for; in several
passes it costs a fifth of the matrix product itself, in the compiled loop a twentieth.
The loops are C, built once when the project is set up, wherever there is a
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
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from evaluation.arrays import Array
    from evaluation.comparison.binning import Bins
    from evaluation.comparison.order import Order
    from evaluation.comparison.tally import Histograms, Kept, KeptTail
    from evaluation.comparison.tiles import Tile

SOURCE = Path(__file__).with_name("kernel.c")


def library_path() -> Path:
    """Where the library built from the present source lies, if it has been built."""
    digest = hashlib.sha256(SOURCE.read_bytes()).hexdigest()[:16]
    return SOURCE.with_name(f"kernel-{sys.platform}-{digest}.so")


@cache
def native_kernel() -> ctypes.CDLL | None:
    """Load the compiled functions; None where there are none for this machine."""
    try:
        library = ctypes.CDLL(str(library_path()))
        count_rows, drop_below = library.count_rows, library.drop_below
        pick_best, leave_best = library.pick_best, library.leave_best
    except (OSError, AttributeError):
        return None
    kept, address = ctypes.POINTER(_Kept), ctypes.c_void_p
    plan, tile = ctypes.POINTER(_Plan), ctypes.POINTER(_Tile)
    count_rows.argtypes = [
        plan,
        tile,
        ctypes.c_int64,
        address,
        address,
        ctypes.c_uint32,
        kept,
        kept,
    ]
    count_rows.restype = ctypes.c_int64
    drop_below.argtypes = [kept, ctypes.c_float]
    drop_below.restype = None
    best = ctypes.POINTER(KernelBest)
    pick_best.argtypes = [address, ctypes.c_int64, ctypes.c_int64, ctypes.c_int64, best]
    leave_best.argtypes = [best, ctypes.c_int64]
    pick_best.restype = leave_best.restype = None
    return library


class NativeCounter:
    """Counts tiles for one thread; the same interface and the same bits as NumpyCounter.

    Parameters
    ----------
    kernel : CDLL
        From `native_kernel`.
    order : Order
    bins : Bins
    histograms : Histograms
    mated, tail : Kept, KeptTail
        Of float32 scores.
    """

    def __init__(
        self,
        kernel: ctypes.CDLL,
        order: Order,
        bins: Bins,
        histograms: Histograms,
        mated: Kept,
        tail: KeptTail,
    ) -> None:
        self._kernel = kernel
        self.histograms = histograms
        self.mated = mated
        self.tail = tail
        self._slots = np.empty(0, dtype=np.uint32)
        self._order = order  # keeps alive what the plan points to, as does the next line
        self._places = order.places
        self._plan = _Plan(
            samples=address_of(order.samples),
            groups=address_of(order.groups),
            run_stop=address_of(order.run_stop),
            mates=address_of(order.mates),
            mates_from=address_of(order.mates_from),
            mates_to=address_of(order.mates_to),
            places=address_of(self._places),
            n_groups=order.n_groups + 1,
            zero_slot=bins.zero_bin + 1,
            bins_per_unit=1.0 / bins.width,
        )

    def count(self, tile: Tile, scores: Array) -> None:
        """Count the scores of a tile, float32, shape (bottom - top, right - left), contiguous."""
        rows, columns = scores.shape
        if scores.dtype != np.float32 or (rows, columns) != tile.shape:
            raise ValueError(f"scores {scores.shape} of {scores.dtype} are not those of a tile")
        self.histograms.expect(scores.size)
        if self._slots.size < columns:
            self._slots = np.empty(columns, dtype=np.uint32)
        described = _Tile(
            address_of(scores), rows, columns, tile.top, tile.left, tile.count_from, tile.count_to
        )
        row = 0
        while row < rows:
            self.mated.make_room(columns)
            self.tail.make_room(columns)
            mated, tail = _described(self.mated), _described(self.tail)
            row = self._kernel.count_rows(
                self._plan,
                described,
                row,
                address_of(self.histograms.counts),
                address_of(self._slots),
                self.tail.bound,
                mated,
                tail,
            )
            self.mated.size, self.tail.size = mated.size, tail.size


def native_drop_below(kernel: ctypes.CDLL, kept: Kept, lowest: float) -> None:
    """Remove the float32 scores below ``lowest``."""
    described = _described(kept)
    kernel.drop_below(described, lowest)
    kept.size = described.size


def _described(kept: Kept) -> _Kept:
    return _Kept(
        address_of(kept.scores), address_of(kept.i), address_of(kept.j), kept.size, kept.room
    )


def address_of(array: Array) -> int:
    """Where the numbers of a contiguous array lie."""
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


class KernelBest(ctypes.Structure):
    """``struct best`` of the kernel; whoever fills it keeps its arrays alive."""

    _fields_ = (
        *((name, ctypes.c_void_p) for name in ("keys", "sizes", "lowest")),
        *((name, ctypes.c_int64) for name in ("k", "room")),
    )
