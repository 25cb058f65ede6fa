"""What of an address belongs to a comparison: the rest is how its reader came there."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from portal.comparison.compare.comparing import ids_of

if TYPE_CHECKING:
    from django.http import QueryDict

KEPT = ("test_set", "protocol", "target", "baseline", "differing")
LONGEST = 200
MOST_MODELS = 60
"""More were never chosen by a person; a page shows six."""


def choice_of(asked: QueryDict) -> str:
    """Return the query of the comparison in an address; "" where no model is chosen."""
    models = [("model", str(pk)) for pk in ids_of(asked.getlist("model"))[:MOST_MODELS]]
    others = [(name, value) for name in KEPT if (value := asked.get(name, ""))]
    if not models:
        return ""
    return urlencode([*models, *((name, value[:LONGEST]) for name, value in others)])
