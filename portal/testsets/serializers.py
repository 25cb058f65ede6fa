"""Test sets as the API shows them: to suppliers what a set is, to staff what it can support."""

from __future__ import annotations

from typing import ClassVar

from rest_framework import serializers

from portal.testsets.models import TestSet

OUTLINE = (
    "slug",
    "title",
    "revision",
    "description",
    "image_kind",
    "is_synthetic",
    "is_active",
    "n_samples",
    "n_subjects",
    "composition",
)
SUPPORT = (
    "protocols",
    "needs_detector",
    "is_sequestered",
    "holds_personal_data",
    "licence",
    "legal_basis",
    "sha256",
    "registered_at",
)


class TestSetOutlineSerializer(serializers.ModelSerializer[TestSet]):
    class Meta:
        model = TestSet
        fields = OUTLINE


class TestSetSerializer(serializers.ModelSerializer[TestSet]):
    class Meta:
        model = TestSet
        fields: ClassVar = [*OUTLINE, *SUPPORT]


class RegisterSerializer(serializers.Serializer[TestSet]):
    package = serializers.CharField(max_length=200, help_text="A folder in the test sets folder.")
    is_sequestered = serializers.BooleanField(default=True)
    is_active = serializers.BooleanField(default=True)


class UseSerializer(serializers.Serializer[TestSet]):
    is_active = serializers.BooleanField()
