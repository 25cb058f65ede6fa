"""Filters of the lists and the choice of models, all kept in the address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms

from portal.comparison.basis import protocols_of, target_choices
from portal.comparison.narrowing import AGES, SIZES
from portal.comparison.rates import RATES
from portal.core.forms import GovukFilterForm
from portal.suppliers.models import UseCase

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from portal.comparison.basis import Basis
    from portal.comparison.measured import MeasuredModel
    from portal.suppliers.models import Supplier
    from portal.testsets.models import TestSet

EVERY_TARGET = sorted(
    {target for rates in RATES.values() for target in rates.targets}, reverse=True
)
"""What an address may ask for before it is known of which protocol."""
SORTS = [
    ("missed", "Fewest missed"),
    ("speed", "Fastest"),
    ("name", "Product"),
    ("supplier", "Supplier"),
    ("newest", "Newest result"),
]
STRICTEST = ("", "Strictest supported")


class BasisForm(GovukFilterForm):
    """On what models are compared."""

    test_set = forms.ChoiceField(label="Test set")
    protocol = forms.ChoiceField(label="Comparisons")
    target = forms.ChoiceField(
        label="Operating point", choices=[STRICTEST, *target_choices(EVERY_TARGET)]
    )

    def __init__(self, data: Any = None, *, test_sets: Sequence[TestSet], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self._offer("test_set", [(one.slug, one.title) for one in test_sets])
        named = {
            protocol.name: protocol.title
            for test_set in test_sets
            for protocol in protocols_of(test_set)
        }
        self._offer_if_any("protocol", list(named.items()))

    def show(self, basis: Basis | None) -> None:
        """Show what was decided on, which the address may have left open.

        The operating point is called what it is on this basis, and offers what it can be.
        """
        if basis is None:
            return
        decided = {"test_set": basis.test_set.slug, "protocol": basis.protocol.name}
        targets = target_choices(basis.rates.targets)
        if self.data.get("target") not in dict(targets):
            decided["target"] = ""
        self.data = dict(self.data.items()) | decided
        self._offer("target", [STRICTEST, *targets])
        self["target"].label = basis.rates.false_words
        if "protocol" in self.fields:
            protocols = protocols_of(basis.test_set)
            self._offer_if_any("protocol", [(one.name, one.title) for one in protocols])

    def show_without_operating_point(self, test_set: TestSet) -> None:
        """Show a result that no threshold decides: only its test set can be chosen."""
        self.data = {"test_set": test_set.slug}
        for name in ("protocol", "target"):
            self.fields.pop(name, None)

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = choices

    def _offer_if_any(self, name: str, choices: list[tuple[str, str]], *, first: str = "") -> None:
        """Offer the choices after ``first``; fewer than two leave nothing to choose."""
        if len(choices) < 2:
            del self.fields[name]
        else:
            self._offer(name, [("", first), *choices] if first else choices)


class TableForm(GovukFilterForm):
    """How the compare page's table is shown."""

    baseline = forms.ChoiceField(label="Baseline")
    differing = forms.BooleanField(label="Show only rows that differ")

    def __init__(self, data: Any = None, *, models: Sequence[MeasuredModel], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        named = [(str(model.pk), model.name) for model in models]
        cast("forms.ChoiceField", self.fields["baseline"]).choices = [("", "None"), *named]


class ChoiceOfModelsForm(BasisForm):
    """Which models are offered for a comparison, and on what they are compared."""

    q = forms.CharField(label="Search", max_length=100)
    use_case = forms.ChoiceField(label="Use case", choices=[("", "All"), *UseCase.choices])
    supplier = forms.ChoiceField(label="Supplier")
    licence = forms.ChoiceField(label="Licence")
    size = forms.ChoiceField(label="Size of the file", choices=[("", "Any"), *SIZES])
    measured = forms.ChoiceField(label="Measured", choices=[("", "At any time"), *AGES])
    field_order = (
        "q",
        "use_case",
        "supplier",
        "licence",
        "size",
        "measured",
        "test_set",
        "protocol",
        "target",
        "sort",
    )

    def __init__(
        self,
        data: Any = None,
        *,
        suppliers: Iterable[Supplier],
        licences: list[tuple[str, str]],
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        named = [(one.slug, one.legal_name) for one in suppliers]
        self._offer_if_any("supplier", named, first="All")
        self._offer_if_any("licence", licences, first="Any")


class ModelFilterForm(ChoiceOfModelsForm):
    """Filters and order of the list of models."""

    sort = forms.ChoiceField(label="Order", choices=SORTS)

    def show(self, basis: Basis | None) -> None:
        super().show(basis)
        if basis:
            best = {"missed": basis.rates.fewest}
            self._offer("sort", [(key, best.get(key, words)) for key, words in SORTS])
