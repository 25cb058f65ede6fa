"""Signing in with an e-mail address and a password, slowed down when somebody guesses.

The count is per e-mail address and lies in the database, so it holds over several web processes
and behind a proxy, where every caller has the same network address.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.auth import authenticate
from django.utils import timezone

from portal.accounts.models import FailedSignIn, User
from portal.core.errors import InvalidInputError, TooManyAttemptsError

if TYPE_CHECKING:
    from django.http import HttpRequest

WINDOW = timedelta(minutes=15)
MAX_FAILURES = 10


def check_credentials(*, request: HttpRequest, email: str, password: str) -> User:
    """Return the person whose address and password these are.

    Raises
    ------
    TooManyAttemptsError
        Too many wrong passwords for this address, whether or not this one is right.
    InvalidInputError
        No active person has this address and password; it does not say which is wrong.
    """
    email = email.strip().lower()
    since = timezone.now() - WINDOW
    FailedSignIn.objects.filter(at__lt=since).delete()
    # Counted before the password is looked at, so that guesses sent all at once count too.
    failure = FailedSignIn.objects.create(email=email)
    if FailedSignIn.objects.filter(email=email, at__gte=since).count() > MAX_FAILURES:
        failure.delete()  # waiting must end, even for an address that somebody keeps trying
        raise TooManyAttemptsError(
            "There were too many wrong passwords for this email address. Try again in 15 minutes."
        )
    user = authenticate(request, username=email, password=password)
    if not isinstance(user, User):
        raise InvalidInputError("The email address or the password is wrong.")
    FailedSignIn.objects.filter(email=email).delete()
    return user
