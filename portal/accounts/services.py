"""Writes about people: keyword-only, atomic, audited; the actor is ``by``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from rest_framework.authtoken.models import Token

from portal.accounts import selectors
from portal.accounts.models import Organisation, Role, User
from portal.core import audit
from portal.core.errors import DomainError, InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

CHANGEABLE = ("name", "email", "role", "organisation", "is_active")


@dataclass(frozen=True, slots=True)
class Person:
    """What an administrator enters about a person."""

    name: str
    email: str
    role: str
    organisation: Organisation | None = None
    is_active: bool = True

    @classmethod
    def of(cls, user: User, changes: Mapping[str, Any]) -> Person:
        """Return the person as they are, with the changes."""
        present = {name: getattr(user, name) for name in CHANGEABLE}
        return cls(**present | {name: changes[name] for name in CHANGEABLE if name in changes})


@transaction.atomic
def create_person(*, person: Person, password: str, by: User | None) -> User:
    """Create a person who signs in with ``password`` until they change it.

    Raises
    ------
    InvalidInputError
        The address is taken, or the organisation does not fit the role.
    """
    _check_organisation(person)
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                person.email,
                password,
                name=person.name,
                role=person.role,
                organisation=person.organisation,
                is_active=person.is_active,
            )
    except IntegrityError as error:
        raise _taken() from error
    audit.record("person.created", target=user, by=by, role=user.role)
    return user


@transaction.atomic
def update_person(*, user: User, person: Person, by: User, password: str | None = None) -> User:
    """Change what is recorded of a person, and their password if one is given.

    Raises
    ------
    InvalidInputError
        The address is taken, or the organisation does not fit the role.
    DomainError
        Nobody would be left who can manage people.
    """
    # The rows are locked, so two administrators cannot demote each other at the same time.
    administrators = list(selectors.active_administrators().select_for_update())
    user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    stays = person.is_active and person.role == Role.ADMINISTRATOR
    if administrators == [user] and not stays:
        raise DomainError(
            "This is the last administrator. Make somebody else an administrator first."
        )
    _check_organisation(person)
    before = {name: getattr(user, name) for name in CHANGEABLE}
    for name in CHANGEABLE:
        setattr(user, name, getattr(person, name))
    user.email = user.email.strip().lower()
    try:
        with transaction.atomic():
            user.save(update_fields=CHANGEABLE)
    except IntegrityError as error:
        raise _taken() from error
    changed = [name for name in CHANGEABLE if getattr(user, name) != before[name]]
    if not user.is_active:
        Token.objects.filter(user=user).delete()
    audit.record("person.changed", target=user, by=by, changed=changed, role=user.role)
    if password:
        set_password(user=user, password=password, by=by)
    return user


@transaction.atomic
def set_password(*, user: User, password: str, by: User) -> None:
    """Give a person a new password, their own or one that an administrator hands over."""
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record("person.password_set", target=user, by=by)


@transaction.atomic
def create_token(*, user: User) -> Token:
    """Give the person a new API token; the one they had stops working."""
    Token.objects.filter(user=user).delete()
    token = Token.objects.create(user=user)
    audit.record("token.created", target=user, by=user)
    return token


@transaction.atomic
def revoke_token(*, user: User) -> None:
    Token.objects.filter(user=user).delete()
    audit.record("token.revoked", target=user, by=user)


def _check_organisation(person: Person) -> None:
    kind = person.organisation.kind if person.organisation else None
    if person.role == Role.SUPPLIER and kind != Organisation.Kind.SUPPLIER:
        raise InvalidInputError(
            "Choose the supplier that this person works for.", field="organisation"
        )
    if person.role != Role.SUPPLIER and kind == Organisation.Kind.SUPPLIER:
        raise InvalidInputError(
            "Only a person with the role Supplier belongs to a supplier.", field="organisation"
        )


def _taken() -> InvalidInputError:
    return InvalidInputError(
        "Somebody with this email address already has an account.", field="email"
    )
