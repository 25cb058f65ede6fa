"""What people keep of their comparisons; figures are the runs' alone."""

from __future__ import annotations

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.http import QueryDict
from django.utils import timezone

from portal.comparison.leaderboard.models import RankedSet, StoredRanking

__all__ = ["RankedSet", "SavedComparison", "StoredRanking"]


class SavedComparison(models.Model):
    """A choice of the compare page under a name; opening it measures nothing anew."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_comparisons"
    )
    name = models.CharField(max_length=120)
    choice = models.TextField()
    """The query of the page's address: models, test set, protocol, target, baseline."""
    is_shared = models.BooleanField(default=False)
    """Whether everybody who may compare models finds it; each sees what they may see."""
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name", "created_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner", "name"], name="comparison_saved_name_once_for_each"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def model_ids(self) -> list[str]:
        """Keys of the models that were chosen, in order."""
        return QueryDict(self.choice).getlist("model")
