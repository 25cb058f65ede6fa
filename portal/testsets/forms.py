"""Filters of the list, and the registration of a package."""

from __future__ import annotations

from typing import Any

from django import forms

from portal.core.forms import GovukFilterForm, GovukForm
from portal.core.task_words import TASKS
from portal.testsets import selectors
from portal.testsets.models import TestSet


class TestSetFilterForm(GovukFilterForm):
    q = forms.CharField(label="Title")
    task = forms.ChoiceField(
        label="For models of",
        choices=[("", "Any task"), *((words.key, words.name) for words in TASKS.values())],
    )
    image_kind = forms.ChoiceField(
        label="Images", choices=[("", "Any"), *TestSet.ImageKind.choices]
    )
    state = forms.ChoiceField(
        label="In use", choices=[("", "Any"), ("active", "Yes"), ("inactive", "No")]
    )


class RegisterForm(GovukForm):
    package = forms.ChoiceField(
        label="Package",
        help_text="Packages in the test sets folder that are not registered.",
    )
    is_sequestered = forms.BooleanField(
        label="Sequestered: suppliers never see an image or a file name",
        required=False,
        initial=True,
    )
    is_active = forms.BooleanField(
        label="In use: evaluate new models on it", required=False, initial=True
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.packages = selectors.unregistered_packages()
        self.fields["package"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (name, name) for name in self.packages
        ]
