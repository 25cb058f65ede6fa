"""The filters of the audit trail, which live in the address."""

from typing import Any

from django import forms

from portal.core.forms import GovukFilterForm
from portal.core.models import words_of
from portal.core.selectors import verbs_in_use


class AuditFilterForm(GovukFilterForm):
    about = forms.CharField(label="Record", required=False)
    by = forms.CharField(label="Person", required=False)
    verb = forms.ChoiceField(label="What was done", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", "Anything"), *((verb, words_of(verb)) for verb in verbs_in_use())]
        self.fields["verb"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField
