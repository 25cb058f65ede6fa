"""What was measured, as far as a person may see it; every list of this app starts here.

JSaRC see every scored run, marked with its release. Officials see released ones. A supplier's
people see their own, once previewed or released, and nothing of anybody else's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, FloatField, OuterRef, QuerySet, Subquery
from django.utils import timezone

from portal.accounts.models import Role, User
from portal.comparison.basis import RECOGNITION, protocols_of
from portal.comparison.measured import MeasuredModel
from portal.comparison.narrowing import licences_of, narrowed
from portal.comparison.staleness import stale_reasons
from portal.runs.models import Curve, EvaluationRun, Measurement, RunState
from portal.runs.selectors import SHOWN_TO
from portal.submissions.models import Submission, SubmissionState
from portal.suppliers.models import Supplier
from portal.testsets.models import TestSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from portal.comparison.basis import Basis

SPEED = "offline_samples_per_second"
SORTS = {
    "missed": (F("missed").asc(nulls_last=True),),
    "speed": (F("speed").desc(nulls_last=True),),
    "name": ("submission__product__name", "submission__version"),
    "supplier": ("submission__product__supplier__legal_name", "submission__product__name"),
    "newest": ("-finished_at",),
}
"""Sort key -> order; product, version and key break ties, so that pages never overlap."""
TIE_BREAK = ("submission__product__name", "submission__version", "pk")


def results_visible_to(user: User) -> QuerySet[EvaluationRun]:
    """Return the scored runs whose figures ``user`` may read."""
    releases = SHOWN_TO.get(user.role, ())
    runs = EvaluationRun.objects.filter(state=RunState.SCORED, release__in=releases)
    if user.role == Role.SUPPLIER:
        runs = runs.filter(submission__product__supplier__organisation=user.organisation_id)
    return runs.select_related("submission__product__supplier", "test_set")


def models_visible_to(user: User) -> QuerySet[Submission]:
    """Return the model versions whose page ``user`` may open.

    Officials need a released result; JSaRC and the model's own supplier see any that was sent.
    """
    models = Submission.objects.exclude(state=SubmissionState.DRAFT)
    if user.role == Role.SUPPLIER:
        models = models.filter(product__supplier__organisation=user.organisation_id)
    elif user.role != Role.JSARC:
        models = models.filter(pk__in=results_visible_to(user).values("submission"))
    return models.select_related("product__supplier", "submitted_by")


def test_sets_with_results(user: User) -> list[TestSet]:
    """Return the test sets with results that ``user`` may see, the most used first."""
    results = results_visible_to(user).order_by().values_list("test_set")
    counted = dict(results.annotate(n=Count("pk")))
    sets = TestSet.objects.filter(pk__in=counted)
    return sorted(sets, key=lambda one: (-counted[one.pk], one.title, one.pk))


def test_sets_to_compare_on(user: User) -> list[TestSet]:
    """Return those of them on which recognition models are compared."""
    return [one for one in test_sets_with_results(user) if protocols_of(one)]


def suppliers_with_results(user: User) -> QuerySet[Supplier]:
    """Return the suppliers whose results ``user`` may see."""
    visible = results_visible_to(user).values("submission__product__supplier")
    return Supplier.objects.filter(pk__in=visible).order_by("legal_name")


def licences_with_results(user: User) -> list[tuple[str, str]]:
    """Return the licences of the models that may be compared, as the choices of a filter."""
    visible = results_visible_to(user)
    return licences_of(visible.filter(submission__card__task=RECOGNITION))


def results_of_task(user: User, task: str) -> QuerySet[EvaluationRun]:
    """Return the visible results of every model of a task, test set by test set."""
    runs = results_visible_to(user).filter(submission__card__task=task)
    return runs.order_by("test_set__title", "test_set", *TIE_BREAK)


def results_on(user: User, basis: Basis, filters: dict[str, Any]) -> QuerySet[EvaluationRun]:
    """Return the results on one test set that fit the filters, in the order asked for.

    Each carries what it ``missed`` at the operating point and ``speed`` in samples per second.
    """
    figures = Measurement.objects.filter(run=OuterRef("pk")).values("value")
    at_target = figures.filter(
        metric=basis.rates.missed_at_target,
        protocol=basis.protocol.name,
        condition=basis.condition,
        target=basis.target,
    )
    runs = results_visible_to(user).filter(
        test_set=basis.test_set, submission__card__task=RECOGNITION
    )
    runs = runs.annotate(
        missed=Subquery(at_target[:1], output_field=FloatField()),
        speed=Subquery(figures.filter(metric=SPEED)[:1], output_field=FloatField()),
    )
    return narrowed(runs, filters).order_by(*SORTS[filters.get("sort") or "missed"], *TIE_BREAK)


def results_of(user: User, models: Iterable[UUID], test_set: TestSet | None) -> list[EvaluationRun]:
    """Return the visible results of the chosen models on one test set, in the order chosen."""
    order = {pk: place for place, pk in enumerate(models)}
    runs = results_visible_to(user).filter(submission__in=order, test_set=test_set)
    return sorted(runs, key=lambda run: order[run.submission_id])


def measurements_of(
    runs: Sequence[EvaluationRun], basis: Basis | None = None
) -> dict[UUID, list[Measurement]]:
    """Return the figures of the runs, by run, in one query.

    Of a basis only those that stand beside another model's on it: those of groups, of smaller
    galleries, of degradations and so on are fifty times as many.
    """
    figures: dict[UUID, list[Measurement]] = {run.pk: [] for run in runs}
    found = Measurement.objects.filter(run__in=runs)
    if basis is not None:
        protocols = ("", basis.protocol.name)
        found = found.filter(protocol__in=protocols, condition__in=basis.conditions)
    for measurement in found:
        figures[measurement.run_id].append(measurement)
    return figures


def measured_models(
    runs: Sequence[EvaluationRun], basis: Basis | None = None
) -> list[MeasuredModel]:
    """Return the runs with their figures, those of a basis if one is given, and their marks."""
    figures, stale = measurements_of(runs, basis), stale_reasons(runs, at=timezone.now())
    return [MeasuredModel.of(run, figures[run.pk], stale.get(run.pk, "")) for run in runs]


def curves_of(
    runs: Sequence[EvaluationRun], protocol: str, kind: str
) -> dict[UUID, dict[str, list[float]]]:
    """Return the points of one kind of chart, by run, in one query."""
    curves = Curve.objects.filter(run__in=runs, protocol=protocol, kind=kind)
    return {curve.run_id: curve.points for curve in curves}
