"""Rankings as they were worked out, with their dates, and for which results they hold."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone

from portal.core.states import LeasedModel
from portal.testsets.models import TestSet


class RankedSet(LeasedModel):
    """A test set whose released models are ranked, and how far that is."""

    test_set = models.OneToOneField(TestSet, on_delete=models.CASCADE, related_name="ranked_set")
    digest = models.CharField(max_length=64, blank=True)
    """Of the results whose rankings are stored; another one means that they must be made anew."""
    again_at = models.DateTimeField(null=True, blank=True)
    """When to look again for evidence that was missing; None where none was."""

    def __str__(self) -> str:
        return f"Rankings of {self.test_set}"


class StoredRanking(models.Model):
    """Models ranked at one operating point. It never changes: a later one takes its place."""

    test_set = models.ForeignKey(TestSet, on_delete=models.CASCADE, related_name="rankings")
    protocol = models.CharField(max_length=80)
    point = models.CharField(max_length=60)
    """Operating point, as ``target=0.001`` or ``target=0.01;rank=5``."""
    digest = models.CharField(max_length=64)
    """Of all results of the test set that were to be ranked."""
    made_at = models.DateTimeField(default=timezone.now)
    places = models.JSONField(default=list)
    """One object per model: run, group, rank_low, rank_high, first (a share of draws)."""
    draws = models.BinaryField(null=True)
    """Errors of each model in each draw, in the order of ``places``; of the newest ranking only."""

    class Meta:
        ordering: ClassVar = ["-made_at", "-pk"]
        indexes: ClassVar = [
            models.Index(
                fields=["test_set", "protocol", "point", "-made_at"],
                name="comparison_ranking_latest",
            )
        ]

    def __str__(self) -> str:
        return f"{self.protocol} {self.point}"
