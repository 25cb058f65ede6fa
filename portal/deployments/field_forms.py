"""Forms of field records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms

from portal.core.forms import GovukDateField, GovukFilterForm, GovukModelForm
from portal.deployments.group_lines import FORM
from portal.deployments.models import FieldRecord
from portal.deployments.services import FIELDS
from portal.suppliers.models import UseCase

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from portal.submissions.models import Submission


class FieldRecordForm(GovukModelForm):
    """One deployment; numbers that contradict one another are refused when it is saved."""

    began_on = GovukDateField(
        label="First day", error_messages={"required": "Enter the first day."}
    )
    ended_on = GovukDateField(label="Last day", error_messages={"required": "Enter the last day."})
    groups = forms.CharField(
        label="Confirmed false alerts by group",
        required=False,
        strip=False,  # lines are named by their number
        help_text=(
            f"One group a line: {FORM}. Leave the faces out where nobody counted them. For example,"
            " sex; female; 3; 120,000"
        ),
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    class Meta:
        model = FieldRecord
        fields = FIELDS
        labels = {"note": "Note", "threshold": "Threshold"}
        help_texts = {
            "system": (
                "The product and version as reported. Leave it empty where you chose a model above."
            ),
            "threshold": (
                "The score at which the system raised an alert. Our own figure at this threshold is"
                " shown beside the field's."
            ),
            "faces": (
                "How many faces the system compared with the watchlist. Where single searches were"
                " made, how many searches."
            ),
            "source": "The document or web address that gives these numbers",
        }

    def __init__(self, *args: Any, models: QuerySet[Submission], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[Submission]", self.fields["submission"])
        field.queryset = models
        field.empty_label = "Not measured here"


class FieldRecordFilterForm(GovukFilterForm):
    q = forms.CharField(label="Search", max_length=100)
    use_case = forms.ChoiceField(label="Use case", choices=[("", "All"), *UseCase.choices])
