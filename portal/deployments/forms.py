"""The calculator's choices and numbers, all kept in the address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from portal.comparison.forms import BasisForm
from portal.deployments.calculator import Deployment
from portal.deployments.laboratory import RECOMMENDED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from portal.comparison.basis import Basis
    from portal.testsets.models import TestSet

NUMBERS = {"watchlist": "10000", "faces_per_hour": "3000", "hours": "6", "share": "0.01"}
"""A deployment to begin with; the page says that it is an example."""


class NumberField(forms.FloatField):
    """A number that is typed, with a sentence of its own where it cannot be used.

    It is a plain text box: one for numbers alone loses what a person typed wrong.
    """

    def __init__(
        self,
        *,
        label: str,
        min_value: float,
        max_value: float,
        is_whole: bool = False,
        help_text: str = "",
    ) -> None:
        kind = "a whole number" if is_whole else "a number"
        wanted = f"{label} must be {kind} from {min_value:,} to {max_value:,}."
        plain = wanted.replace("%", "%%")  # validators fill their message in
        super().__init__(
            label=label,
            help_text=help_text,
            widget=forms.TextInput(attrs={"inputmode": "numeric" if is_whole else "decimal"}),
            error_messages={"invalid": wanted, "required": wanted},
            validators=[MinValueValidator(min_value, plain), MaxValueValidator(max_value, plain)],
        )
        self.is_whole = is_whole

    def to_python(self, value: Any) -> Any:
        """Read "10,000" as it is meant."""
        number = super().to_python(value.replace(",", "") if isinstance(value, str) else value)
        if number is None or not self.is_whole:
            return number
        if number != int(number):
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        return int(number)


class CalculatorForm(BasisForm):
    """Which measured rates, and what kind of deployment."""

    model = forms.ChoiceField(label="Model")
    threshold = NumberField(
        label="Another threshold",
        help_text="Leave empty to use the operating point",
        min_value=-1_000_000,
        max_value=1_000_000,
    )
    watchlist = NumberField(
        label="People on the watchlist", min_value=1, max_value=100_000_000, is_whole=True
    )
    faces_per_hour = NumberField(label="Faces an hour", min_value=1, max_value=10_000_000)
    hours = NumberField(label="Hours", min_value=0.1, max_value=8_784)
    share = NumberField(
        label="Faces that belong to people on the watchlist (%)", min_value=0, max_value=100
    )
    field_order = (
        "model", "test_set", "protocol", "target", "threshold",
        "watchlist", "faces_per_hour", "hours", "share",
    )  # fmt: skip

    def __init__(
        self,
        data: Mapping[str, Any],
        *,
        models: Sequence[tuple[str, str]],
        test_sets: Sequence[TestSet],
    ) -> None:
        given = NUMBERS | {name: str(value) for name, value in data.items()}
        super().__init__(given, test_sets=test_sets)
        self._offer("model", list(models))
        target = cast("forms.ChoiceField", self.fields["target"])
        offered = cast("list[tuple[str, str]]", target.choices)
        target.choices = [*offered, RECOMMENDED_CHOICE]
        for name in NUMBERS:
            self.fields[name].required = True

    def show(self, basis: Basis | None) -> None:
        """Show what was decided on; the recommended threshold can be had on any basis."""
        asked = self.data.get("target")
        super().show(basis)
        target = cast("forms.ChoiceField", self.fields["target"])
        target.choices = [*cast("list[tuple[str, str]]", target.choices), RECOMMENDED_CHOICE]
        if asked == RECOMMENDED:
            self.data = dict(self.data.items()) | {"target": RECOMMENDED}

    @property
    def deployment(self) -> Deployment | None:
        """The deployment that was entered; None where a number of it is wrong."""
        if any(name in self.errors for name in (*NUMBERS, "threshold")):
            return None
        numbers = {name: self.cleaned_data[name] for name in NUMBERS}
        return Deployment(**numbers | {"share": numbers["share"] / 100})


RECOMMENDED_CHOICE = (RECOMMENDED, "The threshold that the supplier recommends")
