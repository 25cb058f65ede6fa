"""The registered test sets: what they are, on which legal basis, and what they can support."""

from __future__ import annotations

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils import timezone

from portal.core.task_words import words_of


class TestSet(models.Model):
    """One revision of a test-set package that the harness may run on."""

    class ImageKind(models.TextChoices):
        ALIGNED = "aligned", "Aligned crops"
        PHOTOGRAPH = "photograph", "Photographs"

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    revision = models.CharField(max_length=40)
    description = models.TextField(blank=True)
    image_kind = models.CharField(max_length=20, choices=ImageKind)
    package = models.CharField(max_length=200, unique=True)
    """Folder below the data folder's ``testsets``; never shown to suppliers."""
    sha256 = models.CharField(max_length=64, unique=True)
    licence = models.CharField(max_length=200, blank=True)
    legal_basis = models.CharField(max_length=300, blank=True)
    holds_personal_data = models.BooleanField(default=True)
    is_sequestered = models.BooleanField(default=True)
    is_synthetic = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    """New models are evaluated on active sets."""
    needs_detector = models.BooleanField(default=False)
    """Photographs without landmarks: the reference detector of the settings finds the faces."""
    n_samples = models.PositiveIntegerField()
    n_subjects = models.PositiveIntegerField()
    composition = models.JSONField(default=dict)
    """Attribute -> value -> number of samples."""
    protocols = models.JSONField(default=list)
    """One object per protocol, as the harness describes it: name, title, kind, task, counts."""
    tasks = models.JSONField(default=list)
    """Tasks of the models that are evaluated on it."""
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    registered_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title

    @property
    def task_names(self) -> list[str]:
        """The tasks in words."""
        return [words_of(task).name for task in self.tasks]
