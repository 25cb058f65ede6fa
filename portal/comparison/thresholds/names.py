"""What the rates are called and what they are shares of, in searches and before a camera."""

from __future__ import annotations

from dataclasses import dataclass

ONE_TO_ONE = {
    "FMR": (
        "False match rate (FMR)",
        "Two people taken for one, of comparisons of different people",
    ),
    "FNMR": ("False non-match rate (FNMR)", "Not recognised, of comparisons of the same person"),
}
FPIR = "False positive identification rate (FPIR)"
FNIR = "False negative identification rate (FNIR)"
TPIR = "True positive identification rate (TPIR)"


@dataclass(frozen=True, slots=True)
class Names:
    """Name and meaning of each rate, by its short name."""

    trials: str
    """What is counted: searches, or passages before a camera."""
    enrolled: str
    """Goes on with "if 50%": which of them can succeed."""
    of_rates: dict[str, tuple[str, str]]

    def name(self, rate: str) -> str:
        return self.of_rates[rate][0]

    def meaning(self, rate: str) -> str:
        return self.of_rates[rate][1]


SEARCHES = Names(
    trials="searches",
    enrolled="of searches are for an enrolled person",
    of_rates=ONE_TO_ONE
    | {
        "FPIR": (FPIR, "Searches that return somebody, of those for people who are not enrolled"),
        "FNIR": (FNIR, "Enrolled people who are not found first"),
        "TPIR": (TPIR, "Enrolled people who are found first"),
        "Yield": ("Search yield", "Searches that return somebody, of all searches"),
    },
)
PASSAGES = Names(
    trials="passages",
    enrolled="of passages are of people on the watchlist",
    of_rates=ONE_TO_ONE
    | {
        "FPIR": (FPIR, "Passages with an alert, of those of people who are not on the watchlist"),
        "FNIR": (FNIR, "People on the watchlist who pass and are not found first"),
        "TPIR": (TPIR, "People on the watchlist who pass and are found first"),
        "Yield": ("Search yield", "Passages with an alert, of all passages"),
    },
)
