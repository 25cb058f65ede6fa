"""A place on the shelf: how to build a model, and the code that must refuse it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from evaluation.sandbox import Limits
from tests.hostile.graphs import make_card


@dataclass(frozen=True)
class Item:
    """One model of the shelf."""

    name: str
    code: str
    build: Callable[[], bytes]
    limits: Limits = field(default_factory=Limits)
    card_changes: dict[str, Any] = field(default_factory=dict)

    @property
    def card(self):
        return make_card(**self.card_changes)


SHELF: list[Item] = []
FOUND_OUT_LATER: list[Item] = []
"""Models that pass the check, and end when their speed is measured."""


def shelved(code, *, limits=None, passes_check=False, **card):
    """Put a builder on the shelf."""
    shelf = FOUND_OUT_LATER if passes_check else SHELF

    def put(builder):
        def as_bytes():
            made = builder()
            return made if isinstance(made, bytes) else made.SerializeToString()

        shelf.append(Item(builder.__name__, code, as_bytes, limits or Limits(), card))
        return builder

    return put
