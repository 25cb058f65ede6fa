"""``make bench-web``: every page of a large portal, as each role, timed on the server.

Requests go through the whole application as the web process runs it, without a socket. The
portal is that of ``make seed-large``, on the database that ``DATABASE_URL`` names.
"""

from __future__ import annotations

import gc
from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.large_portal import database
from benchmarks.rounds import machine
from benchmarks.site import Site
from portal.accounts.models import Role, User
from tests.portal.large_world import large_pages

if TYPE_CHECKING:
    from collections.abc import Iterator

REQUESTS = 12
"""Of each page: the first two are not counted, as they fill what a process keeps."""
WARM_UP = 2
AT_MOST_MS, AT_MOST_KB = 150, 400


@dataclass(frozen=True, slots=True)
class Timed:
    """One page as one role saw it."""

    role: str
    name: str
    median_ms: float
    late_ms: float
    """95th percentile."""
    queries: int
    kilobytes: float

    @property
    def is_met(self) -> bool:
        return self.late_ms <= AT_MOST_MS and self.kilobytes <= AT_MOST_KB

    def line(self) -> str:
        verdict = "" if self.is_met else "  NOT met"
        return (
            f"{self.role:14} {self.name:34} {self.median_ms:7.1f} {self.late_ms:7.1f}"
            f" {self.queries:7} {self.kilobytes:7.1f}{verdict}"
        )


def main() -> None:
    """Print one line for each page and role, the slowest last."""
    print(f"{machine()}, {database()}")
    print(f"{'role':14} {'page':34} {'p50 ms':>7} {'p95 ms':>7} {'queries':>7} {'kB':>7}")
    found = sorted(_timed(), key=lambda one: one.late_ms)
    for one in found:
        print(one.line())
    too_slow = [one for one in found if not one.is_met]
    print(
        f"{len(found)} pages; {len(too_slow)} take more than {AT_MOST_MS} ms at the 95th"
        f" percentile or weigh more than {AT_MOST_KB} kB"
    )


def _timed() -> Iterator[Timed]:
    for role in Role:
        person = User.objects.filter(role=role).order_by("pk").first()
        if person is None:
            raise SystemExit("This portal is empty: make seed-large fills one.")
        yield from _of_role(person)


def _of_role(person: User) -> Iterator[Timed]:
    site = Site(person)
    for name, address in large_pages(person).items():
        status = site.status(address)
        if status in (302, 403, 404, 405, 409):
            continue  # not this person's page, or nothing to decide on it
        if status != 200:
            raise RuntimeError(f"{address} was answered with {status}")
        gc.collect()
        taken = [site.milliseconds(address) for _ in range(REQUESTS)][WARM_UP:]
        ordered = sorted(taken)
        yield Timed(
            role=person.role,
            name=name,
            median_ms=ordered[len(ordered) // 2],
            late_ms=ordered[-1],
            queries=site.queries(address),
            kilobytes=site.kilobytes(address),
        )


if __name__ == "__main__":
    main()
