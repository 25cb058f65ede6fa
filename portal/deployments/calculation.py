"""One calculation: from what was asked for to the numbers that the page and the API show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from portal.comparison import selectors
from portal.comparison.basis import RECOGNITION, choose_basis, protocols_of
from portal.comparison.compare.comparing import ids_of
from portal.deployments import laboratory
from portal.deployments.calculator import Deployment, Outcome, outcome
from portal.deployments.forms import CalculatorForm
from portal.deployments.groups import GroupDivision, group_outcomes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from portal.accounts.models import User
    from portal.comparison.basis import Basis
    from portal.comparison.measured import MeasuredModel
    from portal.deployments.laboratory import LaboratoryRates
    from portal.testsets.models import TestSet

SIZES = (1_000, 3_000, 5_000, 10_000)
"""Watchlists that stand beside the chosen one."""
KINDS = ("live", "identification", "leave_one_out")
"""Kinds of protocol that suit a deployment, the best first; else one to one."""
NO_RATES = "The result has no rates at this threshold."
NO_CURVE = "The result has rates at its operating points alone."
NOT_ENOUGH = (
    "There is not enough evidence at this threshold to say what it comes to. Choose an operating"
    " point with a higher false rate, or another test set."
)


@dataclass(frozen=True, slots=True)
class Calculation:
    """What a threshold of a model comes to, or a sentence that says why it cannot be said."""

    model: MeasuredModel | None = None
    basis: Basis | None = None
    rates: LaboratoryRates | None = None
    chosen: Outcome | None = None
    sizes: tuple[Outcome, ...] = ()
    groups: tuple[GroupDivision, ...] = ()
    why_not: str = ""


def calculate(user: User, asked: Mapping[str, Any]) -> tuple[CalculatorForm, Calculation]:
    """Return the form as it was decided on, and its calculation."""
    models = _models(user)
    model_id = next((pk for pk in ids_of([str(asked.get("model", ""))]) if pk in models), None)
    model_id = model_id or next(iter(models), None)
    visible = selectors.results_visible_to(user).filter(submission=model_id)
    runs = [run for run in visible if protocols_of(run.test_set)]
    test_sets = sorted((run.test_set for run in runs), key=lambda one: one.title)
    given = dict(asked.items())
    if not given.get("model"):
        given["model"] = str(model_id or "")
    form = CalculatorForm(
        given, models=[(str(pk), name) for pk, name in models.items()], test_sets=test_sets
    )
    basis = choose_basis(test_sets, _wanted(form.chosen(), test_sets))
    form.show(basis)
    if basis is None:
        return form, Calculation()
    run = next(run for run in runs if run.test_set_id == basis.test_set.pk)
    (model,) = selectors.measured_models([run], basis)
    return form, _calculation(form, model, basis)


def _models(user: User) -> dict[UUID, str]:
    """Return the recognition models with a result, by name."""
    results = selectors.results_visible_to(user).filter(submission__card__task=RECOGNITION)
    named = results.order_by().values_list(
        "submission", "submission__product__name", "submission__version"
    )
    names = {pk: f"{product} {version}" for pk, product, version in named.distinct()}
    return dict(sorted(names.items(), key=lambda one: one[1].casefold()))


def _wanted(chosen: dict[str, Any], test_sets: Sequence[TestSet]) -> dict[str, Any]:
    """Return what was chosen; where no protocol was, the one that suits a deployment best."""
    if chosen.get("protocol"):
        return chosen
    within = [one for one in test_sets if one.slug == chosen.get("test_set", one.slug)]
    for kind in KINDS:
        for test_set in within:
            for protocol in protocols_of(test_set):
                if protocol.kind == kind:
                    return chosen | {"test_set": test_set.slug, "protocol": protocol.name}
    return chosen


def _calculation(form: CalculatorForm, model: MeasuredModel, basis: Basis) -> Calculation:
    deployment = form.deployment
    if deployment is None:
        return Calculation(model, basis)
    is_recommended = form.cleaned_data.get("target") == laboratory.RECOMMENDED
    threshold = form.cleaned_data.get("threshold")
    if threshold is not None:
        return _at(model, basis, deployment, *_at_threshold(model, basis, threshold))
    rates = (laboratory.at_recommended if is_recommended else laboratory.at_target)(model, basis)
    target = None if is_recommended else basis.target
    groups = group_outcomes(model, basis, target=target, watchlist=deployment.watchlist)
    return _at(model, basis, deployment, rates, NO_RATES, groups)


def _at_threshold(
    model: MeasuredModel, basis: Basis, threshold: float
) -> tuple[LaboratoryRates | None, str]:
    curves = selectors.curves_of([model.run], basis.protocol.name, "error_tradeoff")
    curve = curves.get(model.run.pk)
    if not curve:
        return None, NO_CURVE
    return laboratory.at_threshold(curve, basis, threshold), laboratory.reach_of(curve)


def _at(
    model: MeasuredModel,
    basis: Basis,
    deployment: Deployment,
    rates: LaboratoryRates | None,
    without: str,
    groups: Sequence[GroupDivision] = (),
) -> Calculation:
    if rates is None:
        return Calculation(model, basis, why_not=without)
    if not rates.is_enough:
        return Calculation(model, basis, rates, why_not=NOT_ENOUGH)
    sizes = sorted({*SIZES, deployment.watchlist})
    found = {size: _outcome(rates, deployment, size) for size in sizes}
    return Calculation(
        model, basis, rates, found[deployment.watchlist], tuple(found.values()), tuple(groups)
    )


def _outcome(rates: LaboratoryRates, deployment: Deployment, watchlist: int) -> Outcome:
    at_size = Deployment(watchlist, deployment.faces_per_hour, deployment.hours, deployment.share)
    return outcome(at_size, fpir=rates.fpir(watchlist), tpir=rates.tpir)
