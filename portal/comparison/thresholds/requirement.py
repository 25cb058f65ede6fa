"""Highest rates that a requirement allows, and at which thresholds a model keeps to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.comparison.thresholds.words import threshold_text
from portal.core import wording

if TYPE_CHECKING:
    from portal.comparison.thresholds.explorer import Explorer
    from portal.comparison.thresholds.figure import Figure


@dataclass(frozen=True, slots=True)
class Requirement:
    """Highest rate by its short name; only rates that were asked for."""

    highest: dict[str, float]

    def sentence(self, explorer: Explorer) -> str:
        """Say whether a threshold meets it; "" where nothing is required."""
        if not self.highest:
            return ""
        said = wording.listed(
            [
                f"{rate} of at most {wording.short_percent(most)}"
                for rate, most in self.highest.items()
            ]
        )
        met = self.met_at(explorer)
        if met:
            where = f"thresholds from {threshold_text(met[0])} to {threshold_text(met[-1])}"
            if met[0] == met[-1]:
                where = f"the threshold {threshold_text(met[0])}"
            return f"The requirement ({said}) is met by the rates observed at {where}."
        apart = "; ".join(self._alone(rate, explorer) for rate in self.highest)
        return f"No measured threshold meets the requirement ({said}). {apart}."

    def met_at(self, explorer: Explorer, rates: tuple[str, ...] = ()) -> list[float]:
        """Return the thresholds at which the rates, by default all, are low enough.

        A rate without errors counts with its upper bound; one without enough evidence never does.
        """
        asked = rates or tuple(self.highest)
        found = []
        for threshold in explorer.thresholds:
            at = explorer.rates_at(threshold)
            if all(_is_kept(at.get(rate), self.highest[rate]) for rate in asked):
                found.append(threshold)
        return found

    def _alone(self, rate: str, explorer: Explorer) -> str:
        met = self.met_at(explorer, (rate,))
        most = wording.short_percent(self.highest[rate])
        if not met:
            return f"{rate} is not shown to be at most {most} at any threshold of the axis"
        side = (
            f"up to {threshold_text(met[-1])}"
            if rate == "FNMR"
            else f"from {threshold_text(met[0])} up"
        )
        return f"{rate} is at most {most} {side}"


def _is_kept(figure: Figure | None, most: float) -> bool:
    return figure is not None and figure.says_something and figure.most <= most
