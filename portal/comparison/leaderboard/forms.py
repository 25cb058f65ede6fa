"""What a leaderboard is asked for, all of it kept in the address."""

from __future__ import annotations

from django import forms

from portal.comparison.forms import BasisForm
from portal.comparison.leaderboard.changes import DEFAULT_DAYS

PERIODS = (7, DEFAULT_DAYS, 90, 365)


class LeaderboardForm(BasisForm):
    """On what models are ranked, and since when changes are told."""

    days = forms.TypedChoiceField(
        label="Changes in the last",
        coerce=int,
        choices=[(days, f"{days} days") for days in PERIODS],
        initial=DEFAULT_DAYS,
    )

    def period(self) -> int:
        """Return for how many days changes are told."""
        return int(self.chosen().get("days", DEFAULT_DAYS))
