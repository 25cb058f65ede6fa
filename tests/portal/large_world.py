"""Every page of a portal that ``fixtures.large`` filled, by name."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from portal.accounts.models import User
from portal.comparison.models import SavedComparison
from portal.deployments.models import FieldRecord
from portal.exploration.models import Answer, Call
from portal.roadmap.models import RoadmapItem
from portal.runs.models import EvaluationRun
from portal.suppliers.models import AssuranceEvidence, Claim, SupplierImport
from tests.journeys.addresses import pages

if TYPE_CHECKING:
    from collections.abc import Sequence

SIDE_BY_SIDE = 6


def large_pages(person: User) -> dict[str, str]:
    """Return every page, and those that look different once something is chosen."""
    runs = EvaluationRun.objects.select_related("submission__product__supplier", "test_set")
    slug = runs.order_by("test_set__slug")[0].test_set.slug
    on_set = list(
        runs.filter(test_set__slug=slug).order_by("submission__created_at")[:SIDE_BY_SIDE]
    )
    chosen = "&".join(f"model={run.submission_id}" for run in on_set)
    compare = f"/compare/?test_set={slug}&{chosen}"
    baseline = f"baseline={on_set[0].submission_id}"
    return pages(_world(person, on_set)) | {
        "compare, six models": compare,
        "compare, differing rows": f"{compare}&differing=on&{baseline}",
        "models on one set": f"/models/?test_set={slug}",
        "leaderboard of one set": f"/leaderboard/?test_set={slug}",
    }


def _world(person: User, runs: Sequence[EvaluationRun]) -> Any:
    """Return a record of each kind, of the first supplier where it is a supplier's."""
    run = runs[0]
    supplier = run.submission.product.supplier
    saved, _ = SavedComparison.objects.get_or_create(
        owner=person, name="Six", defaults={"choice": f"model={run.submission_id}"}
    )
    of_supplier = {"product__supplier": supplier}
    brought, _ = SupplierImport.objects.get_or_create(
        by=person,
        file_name="list.csv",
        header=["Legal name", "Country"],
        rows=[[supplier.legal_name, "Peru"], ["New Faces", "Chile"], ["", "Chile"]],
    )
    return SimpleNamespace(
        people={one.role: one for one in User.objects.all()},
        supplier=supplier,
        contact=supplier.contacts.first(),
        framework=supplier.frameworks.first(),
        site=supplier.sites.first(),
        source=supplier.sources.first(),
        brought=brought,
        call=Call.objects.filter(opened_at__isnull=False).first(),
        draft=Call.objects.filter(opened_at=None).first(),
        answer=Answer.objects.filter(supplier=supplier).first(),
        result=run,
        other_result=runs[1],
        unreleased=run,
        running=run,
        failed=run,
        item=RoadmapItem.objects.order_by("pk").first(),
        saved=saved,
        claim=Claim.objects.filter(**of_supplier).first(),
        evidence=AssuranceEvidence.objects.filter(**of_supplier).first(),
        field=FieldRecord.objects.order_by("pk").first(),
    )
