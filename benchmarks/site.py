"""The application as the web process runs it, with somebody signed in; needs Django set up."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.test import Client, RequestFactory

from portal.wsgi import application

if TYPE_CHECKING:
    from collections.abc import Callable

    from portal.accounts.models import User


class Site:
    """Answers to one person, asked for without a socket."""

    def __init__(self, person: User) -> None:
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        self._requests = RequestFactory()
        self._requests.cookies = client.cookies

    def milliseconds(self, path: str) -> float:
        """Time of one answer, from the request to its last byte.

        Raises
        ------
        RuntimeError
            It is no page.
        """
        started = time.perf_counter()
        status, n_bytes = self._answer(path)
        taken = time.perf_counter() - started
        if status != 200 or not n_bytes:
            raise RuntimeError(f"{path} was answered with {status}")
        return 1_000 * taken

    def status(self, path: str) -> int:
        """Return the status of one answer."""
        return self._answer(path)[0]

    def kilobytes(self, path: str) -> float:
        """Return the weight of a page as it is sent, before compression, without its files."""
        return self._answer(path)[1] / 1_000

    def queries(self, path: str) -> int:
        """Count the queries of one answer, the session's and the person's included."""
        count = 0

        def note(execute: Callable[..., Any], *arguments: Any) -> Any:
            nonlocal count
            count += 1
            return execute(*arguments)

        self._answer(path)  # what is kept from the first time is kept from here on
        with connection.execute_wrapper(note):
            self._answer(path)
        return count

    def _answer(self, path: str) -> tuple[int, int]:
        environment = self._requests.get(path).environ
        statuses: list[str] = []
        response = application(environment, lambda status, *_: statuses.append(status))
        n_bytes = sum(len(part) for part in response)
        response.close()
        return int(statuses[0].split()[0]), n_bytes
