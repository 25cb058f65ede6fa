"""State machines: one table of moves, one UPDATE per move, one history row each.

A move is a compare-and-set, so of two callers one sees the row move. It is right
on SQLite, where ``select_for_update`` has no effect, and on PostgreSQL.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models, transaction

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


class ModelWork(LeasedModel):
    """Work in which a supplier's model is run, and whose end may be the model's doing."""

    model_at_work = models.BooleanField(default=False)
    """Whether the present attempt has started a child for the model."""
    lost_at_work = models.PositiveSmallIntegerField(default=0)
    """Attempts whose worker was gone, alone of its machine, while the model was at work."""

    class Meta:
        abstract = True

    def lost_again(self, *, alone: bool) -> int:
        """Return how often it was lost in this way, the present attempt counted in."""
        return self.lost_at_work + int(alone and self.model_at_work)


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

    @property
    def is_by_a_person(self) -> bool:
        """People are named by their e-mail address; attempts are the workers'."""
        return "@" in self.by


def sources_of(moves: Mapping[str, frozenset[str]], to: str) -> list[str]:
    """States from which ``to`` may be reached."""
    return [state for state, following in moves.items() if to in following]


def move(
    model: type[models.Model],
    pk: object,
    *,
    to: str,
    moves: Mapping[str, frozenset[str]],
    by: str,
    events: type[HistoryEvent] | None = None,
    reason: str = "",
    attempt: int | None = None,
    next_attempt: int | None = None,
    where: models.Q | None = None,
    column: str = "state",
    **fields: Any,
) -> bool:
    """Move one row to ``to`` if its present state allows it; False if it does not.

    The row is matched on its key, its present state and, where ``attempt`` is given, that attempt
    (a late report of a dead attempt moves nothing); ``next_attempt`` is written with the move by
    whoever claims the row. ``where`` narrows it further, ``fields`` are
    written with the move, and the history row is written in the same transaction.
    """
    rows = model._default_manager.filter(pk=pk)
    if attempt is not None:
        rows = rows.filter(attempt=attempt)
    if where is not None:
        rows = rows.filter(where)
    if next_attempt is not None:
        fields["attempt"] = next_attempt
    allowed = rows.filter(**{f"{column}__in": sources_of(moves, to)})
    with transaction.atomic():
        # The UPDATE names the very state that was read, so the history row cannot name another;
        # a row that moved in between is read again.
        while (present := allowed.values_list(column, flat=True).first()) is not None:
            if rows.filter(**{column: present}).update(**{column: to}, **fields):
                if events is not None:
                    _write_event(events, model, pk, present, to, by=by, reason=reason)
                return True
    return False


def _write_event(
    events: type[HistoryEvent],
    model: type[models.Model],
    pk: object,
    from_state: str,
    to_state: str,
    *,
    by: str,
    reason: str,
) -> None:
    link = next(field for field in events._meta.fields if field.related_model is model)
    attempt = model._default_manager.filter(pk=pk).values_list("attempt", flat=True).get()
    events._default_manager.create(
        **{link.attname: pk},
        from_state=from_state,
        to_state=to_state,
        attempt=attempt,
        by=by[:150],
        reason=reason[:300],
    )
