"""The fixed grid of tiles over the samples that are compared, and where a tile lies in it.

A position is a sample's place in the order of comparison. Every two positions i < j lie
in exactly one tile: a row of tiles begins at its own first position, so that little is
scored twice.
"""

from __future__ import annotations

from dataclasses import dataclass

TILE_ROWS = 512
TILE_COLUMNS = 2048
"""A tile of float32 scores fills 4 MiB; part of the outcome's last bits, so never tuned per run."""


@dataclass(frozen=True, slots=True)
class Tile:
    """Rows top..bottom against columns left..right, of which rows count_from..count_to count.

    Only pairs whose column lies after their row count.
    """

    top: int
    bottom: int
    left: int
    right: int
    count_from: int
    count_to: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.bottom - self.top, self.right - self.left


def tile_grid(n: int, *, rows: range) -> list[Tile]:
    """Tiles that hold a pair i < j with i in ``rows``, on the one grid over n positions."""
    tiles = []
    for top in range(rows.start // TILE_ROWS * TILE_ROWS, min(rows.stop, n), TILE_ROWS):
        bottom = min(top + TILE_ROWS, n)
        for left in range(top, n, TILE_COLUMNS):
            right = min(left + TILE_COLUMNS, n)
            tiles.append(Tile(top, bottom, left, right, rows.start, rows.stop))
    return tiles
