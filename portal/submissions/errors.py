"""Why a submission cannot be taken; the words are read by the supplier.

DomainError
├── DuplicateVersionError    the product has a live submission of this version
├── DuplicateModelError      these bytes with this card were already submitted
├── InvalidCardError         the card contradicts itself; one problem per line
└── StorageFullError         our disk is full: nothing was kept
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from portal.core.errors import DomainError, InvalidInputError

if TYPE_CHECKING:
    from collections.abc import Sequence


class DuplicateVersionError(InvalidInputError):
    status = 409


class DuplicateModelError(InvalidInputError):
    status = 409


class InvalidCardError(InvalidInputError):
    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("The model card cannot be used: " + "; ".join(problems), field="card")


class StorageFullError(DomainError):
    status = 507
    title = "The file could not be kept"
    field = "model_file"

    def __init__(self) -> None:
        super().__init__(
            "Our storage is full, so the file was not kept. Nothing is wrong with your model. "
            "Try again later; if it happens again, tell JSaRC."
        )
