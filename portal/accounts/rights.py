"""Every right of the portal in one table: its name, and who holds it.

A right that is not in this table is held by nobody. Over one record, a supplier's people hold a
right only where the record is their own organisation's. Which records appear in lists is decided
by the selectors (``*_visible_to``), from the same roles.
"""

from __future__ import annotations

from typing import Any

import rules

from portal.accounts.models import Role, User
from portal.core.metrics import Monitoring

# From any record to the supplier that owns it: run -> submission -> product -> supplier.
PATH_TO_SUPPLIER = ("run", "submission", "product", "supplier")


def organisation_id_of(record: Any) -> int | None:
    """Return the organisation that owns a supplier, product, submission, run or part of one."""
    for step in PATH_TO_SUPPLIER:
        record = getattr(record, step, None) or record
    return getattr(record, "organisation_id", None)


def _has_role(*roles: Role) -> rules.Predicate:
    def holds_role(user: User) -> bool:
        return user.is_active and user.role in roles

    return rules.predicate(holds_role, name=f"role in {', '.join(roles)}")


def _is_own_supplier(user: User, record: Any = None) -> bool:
    """Whether a supplier's person asks about their own organisation's record, or about none yet."""
    if not user.is_active or user.role != Role.SUPPLIER:
        return False
    return record is None or (
        user.organisation_id is not None and organisation_id_of(record) == user.organisation_id
    )


is_own_supplier = rules.predicate(_is_own_supplier, name="is own supplier")
jsarc = _has_role(Role.JSARC)
administrator = _has_role(Role.ADMINISTRATOR)
government = _has_role(Role.JSARC, Role.OFFICIAL)
staff = _has_role(Role.JSARC, Role.OFFICIAL, Role.ADMINISTRATOR)
everyone = _has_role(*Role)


def _is_own_record(user: User, record: Any = None) -> bool:
    """Whether a person asks about something that they keep for themselves, or about none yet."""
    return record is None or record.owner_id == user.pk


is_own_record = rules.predicate(_is_own_record, name="is own record")


def _is_monitoring(user: Any) -> bool:
    """Whether the caller is the monitoring service, which showed its own token."""
    return isinstance(user, Monitoring)


monitoring = rules.predicate(_is_monitoring, name="is monitoring")

RIGHTS: dict[str, rules.Predicate] = {
    "suppliers.view": staff | is_own_supplier,
    "suppliers.create": jsarc,
    "suppliers.edit": jsarc | is_own_supplier,
    "suppliers.archive": jsarc,
    "suppliers.merge": jsarc,
    "suppliers.confirm": jsarc,
    "suppliers.import": jsarc,
    "suppliers.view_archiving": staff,
    "suppliers.research": jsarc,
    "suppliers.view_research": staff,
    "testsets.view": everyone,
    "testsets.view_protocols": staff,
    "testsets.view_package": _has_role(Role.JSARC, Role.ADMINISTRATOR),
    "testsets.register": jsarc,
    "submissions.view": staff | is_own_supplier,
    "submissions.create": is_own_supplier | jsarc,
    "submissions.withdraw": is_own_supplier | jsarc,
    "runs.view": staff | is_own_supplier,
    "runs.release": jsarc,
    "runs.operate": jsarc,
    "runs.view_operations": _has_role(Role.JSARC, Role.ADMINISTRATOR),
    "comparison.view": government | is_own_supplier,
    "comparison.compare": government,
    "comparison.change_saved": government & is_own_record,
    "deployments.calculate": government,
    "deployments.view": government,
    "deployments.edit": jsarc,
    "comparison.rank": government,
    "market.view": government,
    "roadmap.view": everyone,
    "roadmap.edit": jsarc,
    "exploration.view": everyone,
    "exploration.manage": jsarc,
    "exploration.answer": is_own_supplier,
    "exploration.compare": government,
    "people.manage": administrator,
    "audit.view": administrator,
    "metrics.view": _has_role(Role.JSARC, Role.ADMINISTRATOR) | monitoring,
}

for _name, _holders in RIGHTS.items():
    rules.set_perm(_name, _holders)
