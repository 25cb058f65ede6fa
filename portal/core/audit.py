"""Writing the audit trail, always in the transaction of the change that it tells of."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.serializers.json import DjangoJSONEncoder

from portal.core.models import AuditEvent

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser
    from django.db.models import Model


def record(
    verb: str, *, target: Model, by: AbstractBaseUser | None, named: str = "", **facts: Any
) -> AuditEvent:
    """Record that ``by`` did ``verb`` ("run.released") to ``target``; None is the platform.

    ``named`` stands for the target where its own name must not be kept.
    """
    return AuditEvent.objects.create(
        by_id=by.pk if by else None,
        verb=verb,
        target_type=target._meta.label_lower,
        target_id=str(target.pk),
        target_name=(named or str(target))[:200],
        facts=_plain(facts),
    )


def record_of_all(
    verb: str, *, kind: str, name: str, by: AbstractBaseUser | None = None, **facts: Any
) -> AuditEvent:
    """Record what was done to many rows at once, and to no single one."""
    return AuditEvent.objects.create(
        by_id=by.pk if by else None,
        verb=verb,
        target_type=kind,
        target_name=name[:200],
        facts=_plain(facts),
    )


def _plain(facts: dict[str, Any]) -> Any:
    """Return facts as JSON has them."""
    return json.loads(json.dumps(facts, cls=DjangoJSONEncoder))
