"""Saved, valid objects for the portal's tests: ``make_submission(state="ready")``.

Every builder takes the model's fields as overrides and makes what they need. Import them as
``from tests.portal.builders import make_run``.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.utils import timezone

from portal.accounts.models import Organisation, Role, User
from portal.comparison.models import SavedComparison
from portal.core.models import AuditEvent
from portal.deployments.models import FieldGroup, FieldRecord
from portal.exploration.models import Answer, Call, Question
from portal.roadmap.models import Capability, RoadmapItem
from portal.runs.models import (
    ACTIVE_RUN_STATES,
    EvaluationRun,
    Measurement,
    ReleaseState,
    RunState,
    Shard,
    Stage,
)
from portal.submissions.models import Submission, SubmissionState
from portal.suppliers.models import (
    AssuranceEvidence,
    Claim,
    Contact,
    Framework,
    Product,
    Site,
    Source,
    Supplier,
    SupplierImport,
)
from portal.testsets.models import TestSet

PASSWORD = "correct horse battery"
if TYPE_CHECKING:
    from collections.abc import Iterable

_number = count(1)


def make_organisation(**overrides: Any) -> Organisation:
    n = next(_number)
    fields = {"name": f"Organisation {n}", "kind": Organisation.Kind.SUPPLIER} | overrides
    return Organisation.objects.create(**fields)


def make_user(role: str = Role.JSARC, **overrides: Any) -> User:
    """A person who signs in with ``PASSWORD``; a supplier's person gets an organisation."""
    n = next(_number)
    fields = {"name": f"Person {n}", "email": f"person-{n}@example.test"} | overrides
    if role == Role.SUPPLIER and "organisation" not in fields:
        fields["organisation"] = make_organisation()
    password = fields.pop("password", PASSWORD)
    return User.objects.create_user(fields.pop("email"), password, role=role, **fields)


def make_supplier(**overrides: Any) -> Supplier:
    n = next(_number)
    fields = {
        "slug": f"supplier-{n}",
        "legal_name": f"Supplier {n:03} Limited",
        "country": "United Kingdom",
    } | overrides
    fields.setdefault("organisation", None)
    if fields["organisation"] is None:
        fields["organisation"] = make_organisation(name=f"{fields['legal_name']} ({n})")
    return Supplier.objects.create(**fields)


def make_supplier_user(supplier: Supplier | None = None, **overrides: Any) -> User:
    """A person of the supplier's organisation."""
    supplier = supplier or make_supplier()
    return make_user(Role.SUPPLIER, organisation=supplier.organisation, **overrides)


def make_contact(**overrides: Any) -> Contact:
    n = next(_number)
    today = timezone.localdate()
    fields = {
        "name": f"Contact {n}",
        "email": f"contact-{n}@example.test",
        "consent_on": today,
        "consent_how": "By email",
        "keep_until": today + timedelta(days=365),
    } | overrides
    fields["supplier"] = fields.get("supplier") or make_supplier()
    return Contact.objects.create(**fields)


def make_framework(**overrides: Any) -> Framework:
    n = next(_number)
    fields = {"name": f"Framework {n}", "reference": "Lot 1"} | overrides
    fields["supplier"] = fields.get("supplier") or make_supplier()
    return Framework.objects.create(**fields)


def make_site(**overrides: Any) -> Site:
    n = next(_number)
    fields = {
        "kind": Site.Kind.OFFICE,
        "place": f"Town {n}",
        "country": "United Kingdom",
    } | overrides
    fields["supplier"] = fields.get("supplier") or make_supplier()
    return Site.objects.create(**fields)


def make_source(**overrides: Any) -> Source:
    n = next(_number)
    fields = {
        "title": f"Source {n}",
        "reference": "https://sources.example",
        "consulted_on": timezone.localdate(),
    } | overrides
    fields["supplier"] = fields.get("supplier") or make_supplier()
    return Source.objects.create(**fields)


def make_call(state: str = "open", **overrides: Any) -> Call:
    """A call with one question; draft, open or closed."""
    number = next(_number)
    now = timezone.now()
    fields: dict[str, Any] = {
        "title": f"Call {number}",
        "slug": f"call-{number}",
        "purpose": "To find out what there is.",
        "closes_on": timezone.localdate() + timedelta(days=20),
        "opened_at": None if state == "draft" else now,
        "closed_at": now if state == "closed" else None,
    } | overrides
    fields["created_by"] = fields.get("created_by") or make_user()
    call = Call.objects.create(**fields)
    Question.objects.create(call=call, text="How is it trained?", order=1)
    return call


def make_answer(state: str = "submitted", **overrides: Any) -> Answer:
    """An answer that says all that is needed; draft, submitted or withdrawn."""
    call = overrides.pop("call", None) or make_call()
    supplier = overrides.pop("supplier", None) or make_supplier()
    now = timezone.now()
    fields: dict[str, Any] = {
        "product_name": f"Offer {next(_number)}",
        "summary": "Finds faces in a crowd.",
        "for_lfr": True,
        "trl_now": 6,
        "timescale": "six",
        "sharing": "government",
        "replies": {str(one.pk): "On licensed data" for one in call.questions.all()},
        "submitted_at": None if state == "draft" else now,
        "withdrawn_at": now if state == "withdrawn" else None,
    } | overrides
    fields["started_by"] = fields.get("started_by") or make_supplier_user(supplier)
    return Answer.objects.create(call=call, supplier=supplier, **fields)


def make_supplier_import(**overrides: Any) -> SupplierImport:
    overrides.setdefault("by", None)
    overrides["by"] = overrides["by"] or make_user()
    rows = [["New Faces Limited", "Peru"], ["", "Chile"]]
    fields = {"file_name": "suppliers.csv", "header": ["Legal name", "Country"], "rows": rows}
    return SupplierImport.objects.create(**fields | overrides)


def make_product(**overrides: Any) -> Product:
    n = next(_number)
    fields = {"slug": f"product-{n}", "name": f"Product {n:03}", "for_rfr": True} | overrides
    fields["supplier"] = fields.get("supplier") or make_supplier()
    return Product.objects.create(**fields)


def make_test_set(**overrides: Any) -> TestSet:
    n = next(_number)
    fields = {
        "slug": f"set-{n}",
        "title": f"Test set {n:03}",
        "revision": "1",
        "image_kind": TestSet.ImageKind.ALIGNED,
        "package": f"package-{n}",
        "sha256": f"{n:064x}",
        "n_samples": 100,
        "n_subjects": 10,
        "tasks": ["embedding"],
        "composition": {"glasses": {"yes": 40, "no": 60}},
        "protocols": [
            {
                "name": "pairs",
                "title": "Pairs",
                "kind": "pairs",
                "n_mated": 500,
                "n_non_mated": 500,
                "smallest_printable_rate": 0.06,
            }
        ],
    } | overrides
    return TestSet.objects.create(**fields)


def make_submission(state: str = SubmissionState.READY, **overrides: Any) -> Submission:
    """A submission in ``state``, with what that state's constraints ask for."""
    n = next(_number)
    fields: dict[str, Any] = {
        "version": f"1.{n}",
        "card": {"name": f"model-{n}", "task": "embedding"},
        "model_file": f"models/{n}.onnx",
        "model_sha256": f"{n:064x}",
        "model_size_bytes": 1024,
    }
    if state == SubmissionState.CHECKING:
        fields |= {"attempt": 1, "lease_expires_at": timezone.now() + timedelta(seconds=60)}
    if state == SubmissionState.REJECTED:
        fields |= {
            "failure_code": "wrong_rank",
            "failure_sentence": "The input of the model has the wrong shape.",
            "failure_action": "Export the model again with four dimensions.",
        }
    fields |= overrides
    fields["product"] = fields.get("product") or make_product()
    if fields.get("submitted_by") is None:
        fields["submitted_by"] = make_supplier_user(fields["product"].supplier)
    return Submission.objects.create(state=state, **fields)


def make_run(
    state: str = RunState.QUEUED, release: str = ReleaseState.PRIVATE, **overrides: Any
) -> EvaluationRun:
    """A run in ``state`` of an accepted submission, with what that state's constraints ask for."""
    now = timezone.now()
    fields: dict[str, Any] = {}
    if state not in ACTIVE_RUN_STATES:
        fields |= {"started_at": now, "finished_at": now}
    elif state != RunState.QUEUED:
        fields |= {"attempt": 1, "started_at": now, "lease_expires_at": now + timedelta(seconds=60)}
    if state == RunState.SCORED:
        fields |= {"result_sha256": "0" * 64, "result_file": "runs/result.json"}
    if release == ReleaseState.RELEASED:
        fields["released_at"] = now
    fields |= overrides
    fields["submission"] = fields.get("submission") or make_submission()
    fields["test_set"] = fields.get("test_set") or make_test_set()
    return EvaluationRun.objects.create(state=state, release=release, **fields)


def make_shard(run: EvaluationRun | None = None, **overrides: Any) -> Shard:
    fields = {"stage": Stage.EXTRACT, "index": next(_number), "stop": 32} | overrides
    return Shard.objects.create(run=run or make_run(), **fields)


def make_measurement(run: EvaluationRun | None = None, **overrides: Any) -> Measurement:
    """FNMR at FMR 1e-3: 12 errors in 500 trials."""
    fields = {
        "protocol": "pairs",
        "metric": "fnmr_at_fmr",
        "target": 1e-3,
        "threshold": 0.4,
        "value": 0.024,
        "low": 0.0138,
        "high": 0.0415,
        "errors": 12,
        "trials": 500,
        "method": "wilson",
    } | overrides
    run = run or make_run(RunState.SCORED, ReleaseState.RELEASED)
    return Measurement.objects.create(run=run, **fields)


def make_capability(**overrides: Any) -> Capability:
    n = next(_number)
    fields = {"slug": f"capability-{n}", "name": f"Capability {n:03}", "order": n} | overrides
    return Capability.objects.create(**fields)


def make_roadmap_item(**overrides: Any) -> RoadmapItem:
    n = next(_number)
    fields = {
        "slug": f"item-{n}",
        "title": f"Item {n:03}",
        "outcome": "Officers find a person in half the time.",
        "use_case": "rfr",
    } | overrides
    fields["capability"] = fields.get("capability") or make_capability()
    return RoadmapItem.objects.create(**fields)


def make_audit_event(**overrides: Any) -> AuditEvent:
    fields = {
        "verb": "supplier.created",
        "target_type": "suppliers.supplier",
        "target_id": "1",
        "target_name": "Somebody Limited",
    } | overrides
    return AuditEvent.objects.create(**fields)


def make_saved_comparison(**overrides: Any) -> SavedComparison:
    """A comparison that its owner shares."""
    fields = {"name": f"Comparison {next(_number)}", "choice": f"model={uuid4()}"} | overrides
    fields["owner"] = fields.get("owner") or make_user()
    return SavedComparison.objects.create(**({"is_shared": True} | fields))


def make_field_record(
    groups: Iterable[tuple[str, str, int, int | None]] = (("sex", "female", 3, 60_000),),
    **overrides: Any,
) -> FieldRecord:
    """A day of live recognition with five false alerts in 100,000 faces."""
    fields: dict[str, Any] = {
        "force": f"Force {next(_number)}",
        "place": "High Street",
        "began_on": date(2026, 5, 1),
        "ended_on": date(2026, 5, 1),
        "system": "Some system 3",
        "threshold": 0.6,
        "watchlist": 10_000,
        "faces": 100_000,
        "true_alerts": 20,
        "false_alerts": 5,
        "unresolved_alerts": 1,
        "source": "A published report",
    } | overrides
    fields["entered_by"] = fields.get("entered_by") or make_user()
    record = FieldRecord.objects.create(**fields)
    FieldGroup.objects.bulk_create(
        FieldGroup(record=record, attribute=name, value=value, false_alerts=alerts, faces=faces)
        for name, value, alerts, faces in groups
    )
    return record


def make_claim(**overrides: Any) -> Claim:
    """A claim of an FNMR of 1% at an FMR of 0.1%."""
    fields: dict[str, Any] = {
        "metric": "fnmr_at_fmr",
        "value": 0.01,
        "target": 0.001,
        "test_set": "LFW",
        "made_on": date(2026, 3, 2),
        "document": "A data sheet",
    } | overrides
    fields["product"] = fields.get("product") or make_product()
    return Claim.objects.create(**fields)


def make_evidence(**overrides: Any) -> AssuranceEvidence:
    """An independent bias test that does not expire."""
    fields: dict[str, Any] = {
        "kind": AssuranceEvidence.Kind.BIAS_TEST,
        "issuer": "A laboratory",
        "issued_on": date(2026, 3, 2),
        "reference": "Report 7",
    } | overrides
    fields["product"] = fields.get("product") or make_product()
    return AssuranceEvidence.objects.create(**fields)
