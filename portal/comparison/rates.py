"""The two error rates that a threshold trades one for the other, as stored and in words.

One to one these are FNMR and FMR; in searches of a gallery and in passages before a camera FNIR
and FPIR, which hold for so many people enrolled (N) and so long a list of candidates (R).
"""

from __future__ import annotations

from dataclasses import dataclass

from evaluation.metrics.assembly import TARGET_FMRS
from evaluation.metrics.identification_sizes import TARGET_FPIRS
from evaluation.metrics.live import LIVE_TARGET_FPIRS


@dataclass(frozen=True, slots=True)
class ErrorRates:
    """What is missed, and what is wrongly matched, in one way of comparing faces."""

    missed: str
    """Short for what is compared: FNMR."""
    missed_name: str
    false: str
    """Short for what the threshold holds down: FMR."""
    false_name: str
    targets: tuple[float, ...]
    """Of the false rate, the loosest first."""
    fewest: str
    """The order of a list whose best model stands first."""
    held: str
    """Begins a sentence: to what the false rate is held."""
    share: str
    """Goes on with it: the share of what is missed."""
    missing: str
    """What cannot be said without evidence."""
    enrolled: str = ""
    """Where the people stand who can be found; "" one to one."""
    ranks: tuple[int, ...] = ()
    """Lengths of the list of candidates at which misses without a threshold are shown."""
    has_alerts: bool = False
    """Whether a camera raises alerts, so that their number and their time are measured."""

    @property
    def missed_key(self) -> str:
        """Name of the missed rate in a curve, and in the names of figures."""
        return self.missed.lower()

    @property
    def false_key(self) -> str:
        return self.false.lower()

    @property
    def missed_at_target(self) -> str:
        """Metric of the missed rate at a target: ``fnmr_at_fmr``."""
        return f"{self.missed_key}_at_{self.false_key}"

    @property
    def false_at_target(self) -> str:
        """Metric of the false rate that was really observed at a target: ``fmr_at_fmr``."""
        return f"{self.false_key}_at_{self.false_key}"

    @property
    def missed_words(self) -> str:
        return f"{self.missed_name} ({self.missed})"

    @property
    def false_words(self) -> str:
        return f"{self.false_name} ({self.false})"


ONE_TO_ONE = ErrorRates(
    missed="FNMR",
    missed_name="False non-match rate",
    false="FMR",
    false_name="False match rate",
    targets=TARGET_FMRS,
    fewest="Fewest missed matches",
    held="With false matches held to {target}",
    share="the share of true matches missed is",
    missing="how many true matches are missed",
)
_FNIR, _FPIR = "False negative identification rate", "False positive identification rate"
SEARCHES = ErrorRates(
    missed="FNIR",
    missed_name=_FNIR,
    false="FPIR",
    false_name=_FPIR,
    targets=TARGET_FPIRS,
    fewest="Fewest people missed",
    held=(
        "With somebody returned in at most {target} of searches for people who are not in the"
        " gallery of {people}"
    ),
    share="the share of searches that miss a person who is in it is",
    missing="how many searches miss a person who is in the gallery",
    enrolled="in a gallery",
    ranks=(1, 5, 20),
)
PASSAGES = ErrorRates(
    missed="FNIR",
    missed_name=_FNIR,
    false="FPIR",
    false_name=_FPIR,
    targets=LIVE_TARGET_FPIRS,
    fewest="Fewest people missed",
    held=(
        "With an alert in at most {target} of passages of people who are not on the watchlist of"
        " {people}"
    ),
    share="the share of passages that miss a person who is on it is",
    missing="how many passages miss a person who is on the watchlist",
    enrolled="on a watchlist",
    ranks=(1,),
    has_alerts=True,
)
RATES = {
    "pairs": ONE_TO_ONE,
    "all_pairs": ONE_TO_ONE,
    "template_pairs": ONE_TO_ONE,
    "identification": SEARCHES,
    "leave_one_out": SEARCHES,
    "live": PASSAGES,
}
"""By kind of protocol: those on which recognition models are compared."""
