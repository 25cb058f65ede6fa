"""Test sets as the API shows them: to suppliers what a set is, to staff what it can support."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portal.testsets.models import TestSet
from portal.testsets.protocols import task_rows

OUTLINE = (
    "slug",
    "title",
    "revision",
    "description",
    "image_kind",
    "tasks",
    "asks",
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


class AskedSerializer(serializers.Serializer[Any]):
    """What is asked of the models of one task."""

    task = serializers.CharField()
    asks = serializers.ListField(child=serializers.CharField())


class TestSetOutlineSerializer(serializers.ModelSerializer[TestSet]):
    tasks = serializers.ListField(child=serializers.CharField(), read_only=True)
    asks = serializers.SerializerMethodField()

    class Meta:
        model = TestSet
        fields: ClassVar = [*OUTLINE]

    @extend_schema_field(AskedSerializer(many=True))
    def get_asks(self, test_set: TestSet) -> list[dict[str, Any]]:
        """Return what is asked of the models of each task, as the page says it."""
        return [dict(one) for one in AskedSerializer(task_rows(test_set), many=True).data]


class TestSetSerializer(TestSetOutlineSerializer):
    class Meta(TestSetOutlineSerializer.Meta):
        model = TestSet
        fields: ClassVar = [*OUTLINE, *SUPPORT]


class RegisterSerializer(serializers.Serializer[TestSet]):
    package = serializers.CharField(max_length=200, help_text="A folder in the test sets folder.")
    is_sequestered = serializers.BooleanField(default=True)
    is_active = serializers.BooleanField(default=True)


class UseSerializer(serializers.Serializer[TestSet]):
    is_active = serializers.BooleanField()
