"""The form of a saved comparison."""

from __future__ import annotations

from django import forms

from portal.comparison.models import SavedComparison
from portal.core.forms import GovukModelForm


class SavedComparisonForm(GovukModelForm):
    class Meta:
        model = SavedComparison
        fields = ("name", "is_shared")
        labels = {"name": "Name", "is_shared": "Share it with everybody who may compare models"}
        help_texts = {
            "name": "For example, “Live recognition, autumn 2026”",
            "is_shared": "Each person sees only the results that they may see.",
        }
        widgets = {"name": forms.TextInput(attrs={"autocomplete": "off"})}
