"""A small portal with something on every page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from portal.accounts.models import Role, User
from portal.runs.models import EvaluationRun, ReleaseState, RunState, Stage
from tests.portal.builders import (
    make_answer,
    make_audit_event,
    make_call,
    make_claim,
    make_contact,
    make_evidence,
    make_field_record,
    make_framework,
    make_product,
    make_roadmap_item,
    make_run,
    make_saved_comparison,
    make_shard,
    make_site,
    make_source,
    make_submission,
    make_supplier,
    make_supplier_import,
    make_supplier_user,
    make_user,
)
from tests.portal.comparison.results import make_result, make_wide_test_set

if TYPE_CHECKING:
    from portal.comparison.models import SavedComparison
    from portal.deployments.models import FieldRecord
    from portal.exploration.models import Answer, Call
    from portal.roadmap.models import RoadmapItem
    from portal.submissions.models import Submission
    from portal.suppliers.models import (
        AssuranceEvidence,
        Claim,
        Contact,
        Framework,
        Site,
        Source,
        Supplier,
        SupplierImport,
    )


@dataclass(frozen=True)
class World:
    """The records whose pages are opened; all are the supplier's own."""

    people: dict[Role, User]
    supplier: Supplier
    contact: Contact
    framework: Framework
    site: Site
    source: Source
    brought: SupplierImport
    call: Call
    draft: Call
    answer: Answer
    result: EvaluationRun
    other_result: EvaluationRun
    unreleased: EvaluationRun
    running: EvaluationRun
    failed: EvaluationRun
    refused: Submission
    item: RoadmapItem
    saved: SavedComparison
    claim: Claim
    evidence: AssuranceEvidence
    field: FieldRecord


def make_world() -> World:
    supplier = make_supplier(slug="northgate", legal_name="Northgate Biometrics Limited")
    people = {
        role: make_user(role, name=f"Someone of {role.label}")
        for role in (Role.JSARC, Role.OFFICIAL, Role.ADMINISTRATOR)
    }
    people[Role.SUPPLIER] = make_supplier_user(supplier, name="Someone of Northgate")
    product = make_product(
        supplier=supplier, slug="verify", name="Northgate Verify", for_oifr=True, for_lfr=True
    )
    hard = make_wide_test_set(slug="hard", title="Synthetic faces, hard")
    mine = {"product": product, "submitted_by": people[Role.SUPPLIER]}
    first = make_submission(version="2.0", **mine)
    running = make_run(
        RunState.RUNNING, submission=make_submission(version="2.2", **mine), test_set=hard
    )
    make_shard(running, stage=Stage.EXTRACT)
    call = make_call()
    make_answer(call=call, product_name="Rival answer")
    return World(
        people=people,
        supplier=supplier,
        contact=make_contact(supplier=supplier),
        framework=make_framework(supplier=supplier),
        site=make_site(supplier=supplier),
        source=make_source(supplier=supplier),
        call=call,
        draft=make_call("draft"),
        answer=make_answer(call=call, supplier=supplier),
        brought=make_supplier_import(by=people[Role.JSARC]),
        result=make_result(4.5, 60, submission=first, test_set=hard),
        other_result=make_result(3.2, 400, product="Rival Edge", test_set=hard),
        unreleased=make_result(
            4.7,
            55,
            ReleaseState.PRIVATE,
            submission=make_submission(version="2.1", **mine),
            test_set=hard,
        ),
        running=running,
        failed=make_run(
            RunState.FAILED_PLATFORM,
            submission=make_submission(version="1.9", **mine),
            test_set=hard,
            failure_code="PLATFORM",
            failure_sentence="Our worker stopped three times.",
            failure_action="Nothing: we will try again.",
        ),
        refused=make_submission("rejected", version="1.8", **mine),
        item=_item_and_event(people[Role.JSARC]),
        evidence=make_evidence(product=product),
        claim=make_claim(product=product, test_set=hard.title),
        field=make_field_record(submission=first, entered_by=people[Role.JSARC]),
        saved=make_saved_comparison(owner=people[Role.OFFICIAL], choice=f"model={first.pk}"),
    )


def _item_and_event(by: User) -> RoadmapItem:
    make_audit_event(by=by)
    return make_roadmap_item(slug="faster-search")
