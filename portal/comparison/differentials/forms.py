"""What the page of groups shows: test set, division and threshold, all in the address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms

from portal.core.forms import GovukFilterForm

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from portal.comparison.differentials.division import AtThreshold, Division
    from portal.testsets.models import TestSet


class GroupsForm(GovukFilterForm):
    test_set = forms.ChoiceField(label="Test set")
    division = forms.ChoiceField(label="Comparisons and groups")
    threshold = forms.ChoiceField(label="Threshold")

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        test_sets: Sequence[TestSet],
        divisions: Sequence[Division],
        thresholds: Sequence[AtThreshold],
        shown: Mapping[str, str],
    ) -> None:
        """Show what was decided on, ``shown``, whatever the address asked for."""
        super().__init__(dict(data.items()) | dict(shown))
        self._offer("test_set", [(one.slug, one.title) for one in test_sets])
        self._offer("division", [(one.key, one.title) for one in divisions])
        self._offer("threshold", [(one.key, one.words) for one in thresholds])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        """Offer the choices; a question with no answer is not asked."""
        if choices:
            cast("forms.ChoiceField", self.fields[name]).choices = choices
        else:
            del self.fields[name]
