"""Roadmap items and capabilities as the API reads and writes them."""

from __future__ import annotations

from typing import ClassVar

from rest_framework import serializers

from portal.roadmap.models import Capability, RoadmapItem
from portal.roadmap.selectors import possible_owners
from portal.roadmap.services import FIELDS


class CapabilitySerializer(serializers.ModelSerializer[Capability]):
    class Meta:
        model = Capability
        fields: ClassVar = ["slug", "name", "summary", "order"]


class RoadmapItemSerializer(serializers.ModelSerializer[RoadmapItem]):
    capability = serializers.SlugRelatedField(slug_field="slug", queryset=Capability.objects.all())
    owner = serializers.SlugRelatedField(
        slug_field="email", queryset=possible_owners(), allow_null=True, required=False
    )

    class Meta:
        model = RoadmapItem
        fields: ClassVar = ["slug", *FIELDS, "created_at", "updated_at"]
        read_only_fields: ClassVar = ["slug"]
