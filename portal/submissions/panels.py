"""What other apps add to a submission's page; they build on submissions, never the other way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from portal.accounts.models import User
    from portal.submissions.models import Submission


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the page that may still change; ``is_settled`` once it does not."""

    template: str
    context: dict[str, Any]
    is_settled: bool


MakePanel = Callable[["Submission", "User"], Panel]
_makers: list[MakePanel] = []


def add_panel(make: MakePanel) -> None:
    if make not in _makers:
        _makers.append(make)


def panels_of(submission: Submission, user: User) -> list[Panel]:
    return [make(submission, user) for make in _makers]
