"""Why a submission cannot be taken; the words are read by the supplier.

DomainError
├── DuplicateVersionError    the product has a live submission of this version
├── DuplicateModelError      these bytes with this card were already submitted
├── InvalidCardError         the card contradicts itself; one problem per line
├── QuotaError               the supplier has sent as much as it may for now
├── StorageFullError         our disk is full: nothing was kept
└── StorageFailedError       our storage does not answer: nothing was kept
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.core.errors import DomainError, InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta


class DuplicateVersionError(InvalidInputError):
    status = 409


class DuplicateModelError(InvalidInputError):
    status = 409


class InvalidCardError(InvalidInputError):
    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("The model card cannot be used: " + "; ".join(problems), field="card")


class QuotaError(DomainError):
    status = 429
    title = "No more models can be submitted now"

    def __init__(self, message: str, *, wait: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = wait


class StorageFullError(DomainError):
    status = 507
    title = "The file could not be kept"
    field = "model_file"

    def __init__(self) -> None:
        super().__init__(
            "Our storage is full, so the file was not kept. Nothing is wrong with your model. "
            "Try again later; if it happens again, tell JSaRC."
        )


class StorageFailedError(DomainError):
    status = 503
    title = "The file could not be kept"
    field = "model_file"

    def __init__(self) -> None:
        super().__init__(
            "Our storage does not answer, so the file was not kept. Nothing is wrong with your "
            "model. Try again in a few minutes; if it happens again, tell JSaRC."
        )
