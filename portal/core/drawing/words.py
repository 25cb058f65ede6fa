"""Words, sizes and colours as Plotly writes them, in the words of the drawing library."""

from __future__ import annotations

import html
import re

_RGBA = re.compile(r"rgba?\((\d+),\s*(\d+),\s*(\d+)(?:,\s*([\d.]+))?\)")
_POINTS_PER_PX = 0.72


def spoken(text: str) -> str:
    """Return the text as it was entered: not marked up, and nothing in it a formula."""
    return html.unescape(str(text)).strip().replace("$", r"\$")


def points(px: float) -> float:
    """Return a size in points for one in pixels of the screen."""
    return px * _POINTS_PER_PX


def colour(said: str) -> str | tuple[float, float, float, float]:
    """Return a colour: "#0072B2" as it is, "rgba(0,114,178,0.14)" as its four parts."""
    found = _RGBA.fullmatch(said)
    if not found:
        return said
    red, green, blue = (int(found[part]) / 255 for part in (1, 2, 3))
    return red, green, blue, float(found[4] or 1)
