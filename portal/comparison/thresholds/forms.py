"""What the explorer is asked for, kept in the address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms

from portal.comparison.thresholds.explorer import (
    DEFAULT_ENROLLED,
    Wanted,
    divisions_of,
    searches_of,
)
from portal.comparison.thresholds.requirement import Requirement
from portal.core.forms import GovukFilterForm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from evaluation.results import EvaluationResult
    from portal.comparison.thresholds.explorer import Explorer
    from portal.testsets.models import TestSet

MOST_PEOPLE = 1_000_000_000
SMALLEST_PERCENTAGE = 0.000_000_1
REQUIRED = {"required_fmr": "FMR", "required_fpir": "FPIR", "required_fnmr": "FNMR"}


def _number(kind: type[forms.IntegerField], wrong: str, **limits: Any) -> forms.IntegerField:
    """Return a field for a number, typed as text so that what is wrong can be shown again."""
    widget = forms.TextInput(attrs={"inputmode": "decimal", "size": "20"})
    codes = ("invalid", "min_value", "max_value")
    return kind(widget=widget, error_messages=dict.fromkeys(codes, wrong), **limits)


def _highest(rate: str) -> forms.IntegerField:
    wrong = f"The highest {rate} must be a percentage above 0 and at most 100."
    return _number(
        forms.FloatField,
        wrong,
        label=f"Requirement: highest {rate}, %",
        min_value=SMALLEST_PERCENTAGE,
        max_value=100,
    )


class ThresholdForm(GovukFilterForm):
    """Test set, protocols, groups, assumptions, requirement and threshold."""

    test_set = forms.ChoiceField(label="Test set")
    pairs = forms.ChoiceField(label="Comparisons")
    searches = forms.ChoiceField(label="Searches")
    by = forms.ChoiceField(label="Groups by")
    people = _number(
        forms.IntegerField,
        "The number of people enrolled must be a whole number from 1 to 1,000,000,000.",
        label="People enrolled (N)",
        min_value=1,
        max_value=MOST_PEOPLE,
    )
    enrolled = _number(
        forms.FloatField,
        "The share of searches for an enrolled person must be a percentage from 0 to 100.",
        label="Searches for an enrolled person, %",
        min_value=0,
        max_value=100,
    )
    required_fmr = _highest("FMR")
    required_fpir = _highest("FPIR")
    required_fnmr = _highest("FNMR")
    threshold = _number(
        forms.FloatField, "The threshold must be a number, like 0.6.", label="Threshold"
    )

    def __init__(
        self, data: Any, *, test_sets: Sequence[TestSet], result: EvaluationResult | None
    ) -> None:
        super().__init__(data)
        self._offer("test_set", [(one.slug, one.title) for one in test_sets])
        pairs = result.verification if result else ()
        searches = searches_of(result) if result else []
        self._offer("pairs", [(one.protocol, one.title) for one in pairs])
        self._offer("searches", [(one.protocol, one.title) for one in searches])
        protocols = [one.protocol for one in (*pairs, *searches)]
        keys = divisions_of(result, protocols) if result else []
        self._offer("by", [(key, _by_words(key)) for key in keys])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        """Offer the choices; fewer than two leave nothing to choose."""
        if len(choices) < 2:
            del self.fields[name]
        else:
            cast("forms.ChoiceField", self.fields[name]).choices = choices

    def wanted(self) -> Wanted:
        chosen = self.chosen()
        share = self.cleaned_data.get("enrolled")
        return Wanted(
            pairs=chosen.get("pairs", ""),
            searches=chosen.get("searches", ""),
            by=chosen.get("by", ""),
            people=chosen.get("people"),
            enrolled=DEFAULT_ENROLLED if share is None else share / 100,
        )

    def requirement(self) -> Requirement:
        chosen = self.chosen()
        return Requirement(
            {rate: chosen[name] / 100 for name, rate in REQUIRED.items() if name in chosen}
        )

    def threshold_in(self, explorer: Explorer) -> float:
        """Return the stop of the slider that stands for the threshold asked for."""
        self.is_valid()
        asked = self.cleaned_data.get("threshold")
        return explorer.stop_at(explorer.opening if asked is None else asked)

    def show(self, test_set: TestSet, explorer: Explorer, threshold: float) -> None:
        """Show what was decided on where the address left it open; what was typed stays."""
        decided = {
            "test_set": test_set.slug,
            "pairs": explorer.pairs.protocol if explorer.pairs else "",
            "searches": explorer.searches.protocol if explorer.searches else "",
            "by": explorer.by,
            "people": explorer.people or "",
            "enrolled": f"{explorer.enrolled * 100:g}",
            "threshold": repr(threshold),
        }
        typed = {name: value for name, value in self.data.items() if value != ""}
        wrong = {name: typed[name] for name in self.errors if name in typed}
        asked = {name: typed[name] for name in REQUIRED if name in typed}
        self.data = decided | asked | wrong


def _by_words(key: str) -> str:
    words = key.replace("_", " ").replace(",", " and ")
    return words[:1].upper() + words[1:]
