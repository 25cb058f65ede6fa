"""Writes to the roadmap: atomic, audited; the actor is ``by``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from portal.core import audit
from portal.core.access import require
from portal.core.errors import InvalidInputError
from portal.core.slugs import free_slug
from portal.roadmap.models import RoadmapItem

if TYPE_CHECKING:
    from portal.accounts.models import User

FIELDS = (
    "capability",
    "title",
    "outcome",
    "use_case",
    "status",
    "owner",
    "starts_on",
    "ends_on",
    "trl_now",
    "trl_target",
)


@transaction.atomic
def save_item(*, by: User, item: RoadmapItem | None = None, **entered: Any) -> RoadmapItem:
    """Add an item to the roadmap, or change the one given; its address stays.

    Raises
    ------
    InvalidInputError
        The dates or the readiness levels contradict each other, or the title is taken.
    """
    require(by, "roadmap.edit")
    is_new = item is None
    item = item or RoadmapItem()
    present = {name: getattr(item, name, None) for name in FIELDS}  # a new item has no capability
    changed = [name for name in FIELDS if name in entered and present[name] != entered[name]]
    for name in changed:
        setattr(item, name, entered[name])
    _check(item)
    try:
        with transaction.atomic():
            item.slug = item.slug or free_slug(
                RoadmapItem.objects.all(), item.title, max_length=100
            )
            item.save()
    except IntegrityError as error:
        raise InvalidInputError(
            "Somebody has just added an item with this title.", field="title"
        ) from error
    if is_new:
        audit.record("roadmap_item.added", target=item, by=by, status=item.status)
    else:
        audit.record("roadmap_item.edited", target=item, by=by, changed=changed)
    return item


def _check(item: RoadmapItem) -> None:
    others = RoadmapItem.objects.exclude(pk=item.pk).filter(title__iexact=item.title)
    if others.exists():
        raise InvalidInputError("Another item has this title.", field="title")
    try:
        item.clean()
    except ValidationError as error:
        field, words = next(iter(error.message_dict.items()))
        raise InvalidInputError(words[0], field=field) from error
