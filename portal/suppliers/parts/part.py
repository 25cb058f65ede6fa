"""What a kind of part is: its table, what is entered, what must hold, and who may enter it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

from django.db.models import Model

if TYPE_CHECKING:
    from collections.abc import Callable

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Part(Generic[Row]):
    """One kind of row about a supplier or a product."""

    kind: str
    """As the audit trail and the names of addresses have it: "claim"."""
    plural: str
    """As addresses have it: "claims"."""
    model: type[Row]
    of: Literal["supplier", "product"]
    """The foreign key of its owner."""
    fields: tuple[str, ...]
    """What people enter."""
    check: Callable[[Any], None]
    """Raises InvalidInputError where a row cannot be, bound to the field."""
    add: str
    """The heading of its form: "Add a claim"."""
    edit: str
    remove: str
    consequence: str
    """What removing means, said before it is done."""
    taken: tuple[str, str] | None = None
    """What is said, and beside which field, where the same row is there already."""
    named: str = ""
    """What the audit trail calls a row instead of its name, which it must not keep for ever."""
    view_right: str = "suppliers.view"
    edit_right: str = "suppliers.edit"
