"""Entering what was seen in the field: atomic, audited; the actor is ``by``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from portal.core import audit
from portal.core.access import require
from portal.core.errors import InvalidInputError
from portal.deployments.group_lines import GroupCount, check_groups
from portal.deployments.models import (
    DAYS_IN_ORDER,
    NAMED_SYSTEM,
    NO_MORE_ALERTS,
    FieldGroup,
    FieldRecord,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from portal.accounts.models import User

FIELDS = (
    "force", "place", "use_case", "began_on", "ended_on", "submission", "system", "threshold",
    "watchlist", "faces", "true_alerts", "false_alerts", "unresolved_alerts", "source", "note",
)  # fmt: skip


@transaction.atomic
def save_field_record(
    *,
    by: User,
    groups: Sequence[GroupCount] | None = None,
    record: FieldRecord | None = None,
    **fields: Any,
) -> FieldRecord:
    """Record a deployment, or change what was recorded of one.

    ``groups`` replaces the groups of the record; None leaves them.

    Raises
    ------
    InvalidInputError
        The numbers do not fit one another.
    """
    require(by, "deployments.edit")
    is_new = record is None
    saved = record or FieldRecord(entered_by=by)
    before = {name: getattr(saved, name, None) for name in FIELDS}
    for name in FIELDS:
        if name in fields:
            setattr(saved, name, fields[name])
    _check(saved)
    counts = groups if groups is not None else _counts(saved, is_new=is_new)
    check_groups(counts, false_alerts=saved.false_alerts, faces=saved.faces)
    saved.save()
    if groups is not None:
        saved.groups.all().delete()
        FieldGroup.objects.bulk_create(
            FieldGroup(
                record=saved, attribute=one.attribute, value=one.value,
                false_alerts=one.false_alerts, faces=one.faces,
            )
            for one in groups
        )  # fmt: skip
    if is_new:
        audit.record("field_record.created", target=saved, by=by)
    else:
        audit.record("field_record.edited", target=saved, by=by, **_changes(before, saved))
    return saved


@transaction.atomic
def remove_field_record(*, record: FieldRecord, by: User) -> None:
    """Remove a record that should not be there; the audit trail keeps what it said."""
    require(by, "deployments.edit")
    said = {name: str(getattr(record, name)) for name in FIELDS}
    audit.record("field_record.removed", target=record, by=by, **said)
    record.delete()


def _counts(saved: FieldRecord, *, is_new: bool) -> list[GroupCount]:
    if is_new:
        return []
    return [
        GroupCount(one.attribute, one.value, one.false_alerts, one.faces)
        for one in saved.groups.all()
    ]


def _changes(before: dict[str, Any], saved: FieldRecord) -> dict[str, Any]:
    """Return what each changed field was and is."""
    now = {name: getattr(saved, name) for name in FIELDS}
    return {
        name: [str(before[name]), str(now[name])] for name in FIELDS if before[name] != now[name]
    }


def _check(saved: FieldRecord) -> None:
    if saved.ended_on < saved.began_on:
        raise InvalidInputError(DAYS_IN_ORDER, field="ended_on")
    if saved.ended_on > timezone.localdate():
        raise InvalidInputError("The last day is in the future.", field="ended_on")
    if saved.submission is None and not saved.system.strip():
        raise InvalidInputError(NAMED_SYSTEM, field="system")
    if saved.alerts > saved.faces:
        raise InvalidInputError(NO_MORE_ALERTS, field="faces")
