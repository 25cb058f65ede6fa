"""The Pareto front of accuracy and speed: models that no other beats in both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.comparison.figures.theme import GREY, scatter
from portal.core import wording

if TYPE_CHECKING:
    from collections.abc import Sequence


def on_front(rates: Sequence[float], speeds: Sequence[float]) -> list[int]:
    """Return which models have no other that misses no more, is no slower, and differs.

    By speed, the slowest first. Rates are the lower the better, speeds the higher.
    """
    models = list(zip(rates, speeds, strict=True))
    kept = [
        place
        for place, (rate, speed) in enumerate(models)
        if not any(
            other[0] <= rate and other[1] >= speed and other != (rate, speed) for other in models
        )
    ]
    return sorted(kept, key=lambda place: speeds[place])


def front_line(
    front: Sequence[int], rates: Sequence[float], speeds: Sequence[float]
) -> dict[str, Any]:
    """Return the stepped line through the front; what lies above and left of it is beaten."""
    return scatter(
        x=[speeds[place] for place in front],
        y=[rates[place] for place in front],
        mode="lines",
        name="No other is better in both",
        line={"color": GREY, "width": 2, "dash": "dot", "shape": "vh"},
        hoverinfo="skip",
    )


def front_sentence(names: Sequence[str], n_models: int) -> str:
    """Say which models stand on the front, and that this goes by the measured rates alone."""
    if n_models < 2:
        return ""
    joined = "; the dotted line joins them" if len(names) > 1 else ""
    return (
        " By the measured rates, no other of these is both more accurate and faster than"
        f" {wording.listed(names)}{joined}."
    )
