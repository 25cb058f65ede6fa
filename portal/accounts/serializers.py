"""People as administrators read and write them over the API."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.password_validation import validate_password
from rest_framework import serializers

from portal.accounts.models import Organisation, User


class PersonSerializer(serializers.ModelSerializer[User]):
    organisation = serializers.SlugRelatedField(
        slug_field="name", queryset=Organisation.objects.all(), allow_null=True, required=False
    )
    password = serializers.CharField(
        write_only=True, required=False, help_text="Needed for a new person."
    )

    class Meta:
        model = User
        fields: ClassVar = [
            "id", "name", "email", "role", "organisation", "is_active", "last_login", "password"
        ]  # fmt: skip
        read_only_fields: ClassVar = ["last_login"]

    def validate_password(self, password: str) -> str:
        validate_password(password, self.instance)
        return password

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if self.instance is None and not attrs.get("password"):
            raise serializers.ValidationError({"password": ["Enter a first password."]})
        return attrs
