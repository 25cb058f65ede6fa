"""People, the organisations they belong to, and the role that decides their rights."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Role(models.TextChoices):
    SUPPLIER = "supplier", "Supplier"
    JSARC = "jsarc", "JSaRC"
    OFFICIAL = "official", "Home Office official"
    ADMINISTRATOR = "administrator", "Administrator"


class Organisation(models.Model):
    """A supplier's company or a part of government."""

    class Kind(models.TextChoices):
        SUPPLIER = "supplier", "Supplier"
        GOVERNMENT = "government", "Government"

    name = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    def create_user(
        self, email: str, password: str | None = None, *, name: str, role: str, **fields: Any
    ) -> User:
        user = self.model(email=self.normalize_email(email).lower(), name=name, role=role, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create an administrator; the command line of Django asks for one."""
        fields.setdefault("name", email)
        return self.create_user(
            email, password, role=Role.ADMINISTRATOR, is_staff=True, is_superuser=False, **fields
        )


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in with an e-mail address."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150)
    role = models.CharField(max_length=20, choices=Role)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="people"
    )
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    EMAIL_FIELD = "email"
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(role=Role.SUPPLIER) | Q(organisation__isnull=False),
                name="accounts_supplier_belongs_to_an_organisation",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class FailedSignIn(models.Model):
    """One wrong password for one e-mail address; counted to slow guessing down."""

    email = models.CharField(max_length=254)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at"]
        indexes: ClassVar = [models.Index(fields=["email", "at"])]

    def __str__(self) -> str:
        return f"{self.email} at {self.at}"
