"""The audit trail: who did what to which record, and when."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class AuditEvent(models.Model):
    """One thing that somebody did; rows are added and never changed."""

    at = models.DateTimeField(auto_now_add=True, db_index=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="audit_events",
    )
    verb = models.CharField(max_length=80, db_index=True)
    target_type = models.CharField(max_length=80)
    target_id = models.CharField(max_length=80)
    target_name = models.CharField(max_length=200)
    facts = models.JSONField(default=dict)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["target_type", "target_id"])]

    def __str__(self) -> str:
        return f"{self.verb} {self.target_name}"

    @property
    def words(self) -> str:
        """What was done, in words: "roadmap_item.added" is "Roadmap item added"."""
        return words_of(self.verb)

    @property
    def fact_words(self) -> list[str]:
        """The facts in words: "Changed: legal name, country"."""
        return [f"{words_of(name)}: {_plain(value)}" for name, value in self.facts.items()]


def words_of(name: str) -> str:
    return name.replace("_", " ").replace(".", " ").capitalize()


def _plain(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(one).replace("_", " ") for one in value) or "nothing"
    return str(value)
