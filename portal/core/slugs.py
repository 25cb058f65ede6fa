"""Short names in addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.text import slugify

if TYPE_CHECKING:
    from collections.abc import Collection

    from django.db.models import QuerySet


def free_slug(
    rows: QuerySet[Any], text: str, *, max_length: int, reserved: Collection[str] = ("new",)
) -> str:
    """Return a slug of ``text`` that none of the rows has: "acme", else "acme-2", "acme-3".

    Two people may be given the same one at the same time: the unique constraint decides.
    """
    stem = slugify(text)[: max_length - 5].strip("-") or "unnamed"
    taken = {*rows.filter(slug__startswith=stem).values_list("slug", flat=True), *reserved}
    number = 2
    slug = stem
    while slug in taken:
        slug = f"{stem}-{number}"
        number += 1
    return slug
