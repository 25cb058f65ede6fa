"""Field records as the API reads and writes them."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import serializers

from portal.comparison.basis import RECOGNITION
from portal.deployments.group_lines import LONGEST
from portal.deployments.models import FieldRecord
from portal.deployments.services import FIELDS
from portal.submissions.models import Submission


class FieldGroupSerializer(serializers.Serializer[Any]):
    attribute = serializers.CharField(max_length=LONGEST)
    value = serializers.CharField(max_length=LONGEST)
    false_alerts = serializers.IntegerField(min_value=0)
    faces = serializers.IntegerField(min_value=0, allow_null=True, required=False)


class FieldRecordSerializer(serializers.ModelSerializer[FieldRecord]):
    submission = serializers.PrimaryKeyRelatedField(
        queryset=Submission.objects.filter(card__task=RECOGNITION), allow_null=True, required=False
    )
    groups = FieldGroupSerializer(many=True, required=False)
    alerts = serializers.IntegerField(read_only=True)
    entered_by = serializers.EmailField(source="entered_by.email", read_only=True)

    class Meta:
        model = FieldRecord
        fields: ClassVar = [
            "id", *FIELDS, "alerts", "groups", "entered_by", "created_at", "updated_at"
        ]  # fmt: skip
