"""State machines: one table of moves, one UPDATE per move, one history row each.

A move is a compare-and-set, so of two callers one sees the row move. It is right
on SQLite, where ``select_for_update`` has no effect, and on PostgreSQL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from collections.abc import Mapping


class LeasedModel(models.Model):
    """Columns of work that a worker holds for a time and may lose."""

    attempt = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=120, blank=True)
    lease_expires_at = models.DateTimeField(null=True, blank=True, db_index=True)
    heartbeat_at = models.DateTimeField(null=True, blank=True)
    nudged_at = models.DateTimeField(null=True, blank=True)
    """When a message was last sent for this row; the sweep re-sends old ones."""

    class Meta:
        abstract = True


class HistoryEvent(models.Model):
    """One move of one row from a state to another."""

    at = models.DateTimeField(auto_now_add=True)
    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20)
    attempt = models.PositiveSmallIntegerField(default=0)
    by = models.CharField(max_length=150)
    """A person's e-mail address, or the name of a worker or of the reaper."""
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True
        ordering = ["at", "pk"]


def sources_of(moves: Mapping[str, frozenset[str]], to: str) -> list[str]:
    """States from which ``to`` may be reached."""
    return [state for state, following in moves.items() if to in following]


def state_is_known(states: type[models.TextChoices], **_: Any) -> models.Q:
    """Condition of the database constraint that admits only known states."""
    return models.Q(state__in=[str(value) for value in states.values])
