"""What a merge would do, worked out before it is done.

Every relation of a supplier and of its organisation is named here. One that is not is refused:
rows that nobody thought of would be left behind without a word.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.apps import apps

from portal.accounts.models import Organisation, User
from portal.core import history
from portal.suppliers.models import Supplier
from portal.suppliers.services import PROFILE

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Kind:
    """Rows of a supplier that a merge moves."""

    label: str
    same: Callable[[Any], object] | None = None
    """What two rows share that cannot both belong to one supplier; the duplicate's one stays."""


MOVED: dict[tuple[str, str], Kind] = {
    ("suppliers.product", "supplier"): Kind("Products"),
    ("suppliers.contact", "supplier"): Kind("Contacts", lambda row: row.email.lower()),
    ("suppliers.framework", "supplier"): Kind("Frameworks", lambda row: (row.name, row.reference)),
    ("suppliers.site", "supplier"): Kind("Sites", lambda row: (row.kind, row.place, row.country)),
    ("suppliers.source", "supplier"): Kind("Sources"),
    ("exploration.answer", "supplier"): Kind("Answers to calls"),
}
"""Table and column that point at a supplier -> what is done with its rows."""
SETTLED = frozenset(
    {
        ("suppliers.supplier", "merged_into"),  # earlier duplicates follow
        ("suppliers.supplier", "organisation"),  # stays with the archived record
        ("accounts.user", "organisation"),  # people follow
    }
)
KEPT_COLUMNS = ("legal_name", "country")
"""Both records have them, and the one that stays is right."""


@dataclass(frozen=True, slots=True)
class Move:
    """Rows of one kind that move, and those that stay because the other record has the same."""

    label: str
    rows: tuple[Any, ...]
    stay: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What would move from a duplicate into the record that stays, and what forbids it."""

    duplicate: Supplier
    into: Supplier
    moves: tuple[Move, ...]
    people: tuple[User, ...]
    filled: tuple[tuple[str, str], ...]
    """Columns that the record that stays has nothing in, with the duplicate's value."""
    problems: tuple[str, ...] = field(default=())

    @property
    def filled_words(self) -> list[tuple[str, str]]:
        """What is taken over, as pages have it."""
        values = dict(self.filled)
        return [
            (history.label_of(column), history.worded(column, values[column.name]))
            for column in Supplier._meta.concrete_fields
            if column.name in values
        ]

    @property
    def digest(self) -> str:
        """A short name of exactly this plan, to be sent back when it is agreed to."""
        told = [
            (self.duplicate.pk, self.into.pk, self.filled, [one.pk for one in self.people]),
            *([row.pk for row in rows] for move in self.moves for rows in (move.rows, move.stay)),
        ]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def plan_of(duplicate: Supplier, into: Supplier) -> Plan:
    """Return what merging ``duplicate`` into another supplier would do."""
    return Plan(
        duplicate=duplicate,
        into=into,
        moves=tuple(_move(*where, duplicate, into) for where in MOVED),
        people=tuple(User.objects.filter(organisation=duplicate.organisation_id).order_by("name")),
        filled=tuple(
            (column, value)
            for column in PROFILE
            if column not in KEPT_COLUMNS
            and (value := getattr(duplicate, column))
            and not getattr(into, column)
        ),
        problems=tuple(_problems(duplicate, into)),
    )


def _move(table: str, column: str, duplicate: Supplier, into: Supplier) -> Move:
    kind, rows = MOVED[table, column], apps.get_model(table)._default_manager
    theirs = list(rows.filter(**{column: duplicate}).order_by("pk"))
    if kind.same is None:
        return Move(kind.label, tuple(theirs))
    there = {kind.same(row) for row in rows.filter(**{column: into})}
    return Move(
        kind.label,
        tuple(row for row in theirs if kind.same(row) not in there),
        tuple(row for row in theirs if kind.same(row) in there),
    )


def _problems(duplicate: Supplier, into: Supplier) -> list[str]:
    found = []
    if duplicate.pk == into.pk:
        found.append("A supplier cannot be merged into itself.")
    if duplicate.merged_into_id:
        found.append(f"{duplicate} was merged before.")
    if into.archived_at:
        found.append(f"{into} is archived. Put it back on the lists first.")
    ours = {product.name.lower() for product in into.products.all()}
    found += [
        f"Both have a product named “{product.name}”. Give one of them another name first: they"
        " may be two, and their submissions and results must not be mixed."
        for product in duplicate.products.all()
        if product.name.lower() in ours and duplicate.pk != into.pk
    ]
    return found + [
        f"The merge does not know what to do with {name}, so it is not done." for name in unknown()
    ]


def unknown() -> list[str]:
    """Return the tables that point at a supplier or its organisation and are not named here."""
    return [
        f"“{relation.related_model._meta.verbose_name_plural}”"
        for model in (Supplier, Organisation)
        for relation in model._meta.related_objects
        if (relation.related_model._meta.label_lower, relation.field.name)
        not in MOVED.keys() | SETTLED
    ]
