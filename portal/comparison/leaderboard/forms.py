"""What a leaderboard is asked for, all of it kept in the address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms

from portal.comparison.forms import BasisForm
from portal.comparison.leaderboard.changes import DEFAULT_DAYS
from portal.core.forms import GovukFilterForm
from portal.suppliers.models import UseCase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.comparison.basis import Basis
    from portal.comparison.leaderboard.profiles import Measure

LARGEST_WEIGHT = 1_000
ALL_NOUGHT = "Enter a weight above 0 for one measure at least. Until then the default ones count."
NO_NUMBER = "Enter a number, such as 20. Until then the default weight counts."
NEGATIVE = "Enter 0 or more. Until then the default weight counts."
TOO_LARGE = f"Enter {LARGEST_WEIGHT:,} or less. Until then the default weight counts."
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

    def show(self, basis: Basis | None) -> None:
        period = self.period()
        super().show(basis)
        self.data = {**self.data, "days": period}


class ProfileForm(BasisForm):
    """For which use, and on what, models are weighed."""

    use_case = forms.ChoiceField(label="Use case", choices=UseCase.choices, initial=UseCase.RFR)
    field_order = ("use_case", "test_set", "protocol", "target")

    def use(self) -> str:
        return str(self.chosen().get("use_case", UseCase.RFR))

    def show(self, basis: Basis | None) -> None:
        use = self.use()
        super().show(basis)
        self.data = {**self.data, "use_case": use}


class WeightsForm(GovukFilterForm):
    """How much each measure counts. What is not given, or cannot be used, counts as by default."""

    def __init__(self, data: Any, *, measures: Sequence[Measure], **kwargs: Any) -> None:
        defaults = {_name(measure): f"{measure.weight:g}" for measure in measures}
        given = {name: data.get(name) for name in defaults if data.get(name)}
        super().__init__(defaults | given, **kwargs)
        self.measures = measures
        for measure in measures:
            self.fields[_name(measure)] = forms.FloatField(
                label=measure.words,
                min_value=0,
                max_value=LARGEST_WEIGHT,
                required=False,
                error_messages={
                    "invalid": NO_NUMBER,
                    "min_value": NEGATIVE,
                    "max_value": TOO_LARGE,
                },
                widget=forms.TextInput({"inputmode": "decimal", "class": "govuk-input--width-4"}),
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not any(cleaned.values()):
            self.add_error(None, ALL_NOUGHT)
        return cleaned

    def weights(self) -> dict[str, float]:
        """Return the weight of each measure by its key; some weight is above nought."""
        self.is_valid()
        given = {measure.key: self._given(measure) for measure in self.measures}
        return given if any(given.values()) else {one.key: one.weight for one in self.measures}

    def _given(self, measure: Measure) -> float:
        found = self.cleaned_data.get(_name(measure))
        return measure.weight if found is None else float(found)


def _name(measure: Measure) -> str:
    return f"weight_{measure.key}"
