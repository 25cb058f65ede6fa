"""Face boxes in tables, in either of the two usual forms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evaluation.testsets.tables import Row
    from evaluation.testsets.types import Box


@dataclass(frozen=True, slots=True)
class BoxColumns:
    """The four columns of a face box in pixels of the image.

    Attributes
    ----------
    names : tuple of str
        Left, top, then width and height, or right and bottom.
    corners : bool
        The last two are the right and bottom edges.
    """

    names: tuple[str, str, str, str] = ("box_x", "box_y", "box_width", "box_height")
    corners: bool = False

    def read(self, row: Row) -> Box | None:
        """Box of a row as x, y, width and height; None where all four cells are empty.

        Raises
        ------
        TestSetError
            A cell is no number, or the box has no area; names the line.
        """
        if not any(row.values[name].strip() for name in self.names):
            return None
        x, y, width, height = (row.number(name) for name in self.names)
        if self.corners:
            width, height = width - x, height - y
        if width <= 0 or height <= 0:
            row.fail(f"the box of {', '.join(self.names)} has no area")
        return x, y, width, height
