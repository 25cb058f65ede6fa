"""What JSaRC enters about the roadmap, and the filters of its list."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms

from portal.core.forms import GovukDateField, GovukFilterForm, GovukModelForm
from portal.roadmap import selectors
from portal.roadmap.models import RoadmapItem
from portal.roadmap.services import FIELDS
from portal.suppliers.forms import level_input
from portal.suppliers.models import UseCase


class RoadmapItemForm(GovukModelForm):
    starts_on = GovukDateField(
        label="Starts on",
        required=False,
        help_text="Leave both dates empty while the item is unscheduled.",
    )
    ends_on = GovukDateField(label="Ends on", required=False)

    class Meta:
        model = RoadmapItem
        fields = FIELDS
        labels: ClassVar = {
            "use_case": "Use",
            "trl_now": "Technology readiness level now",
            "trl_target": "Technology readiness level to reach",
        }
        help_texts: ClassVar = {
            "outcome": "What will be different for policing when this is done.",
            "trl_now": "A whole number from 1 to 9",
            "trl_target": "A whole number from 1 to 9",
        }
        widgets: ClassVar = {
            "outcome": forms.Textarea(attrs={"rows": 5}),
            "trl_now": level_input(),
            "trl_target": level_input(),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: dict[str, Any] = self.fields
        choices["owner"].queryset = selectors.possible_owners()
        choices["owner"].empty_label = "Nobody yet"
        choices["capability"].empty_label = "Choose a capability"
        choices["use_case"].choices = [("", "Choose a use"), *UseCase.choices]


class RoadmapFilterForm(GovukFilterForm):
    q = forms.CharField(label="Title or outcome")
    capability = forms.ChoiceField(label="Capability")
    use_case = forms.ChoiceField(label="Use", choices=[("", "Any"), *UseCase.choices])
    status = forms.ChoiceField(label="Status", choices=[("", "Any"), *RoadmapItem.Status.choices])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["capability"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", "Any"),
            *selectors.capability_choices(),
        ]
