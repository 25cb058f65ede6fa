"""Registering test sets and choosing on which of them new models are evaluated."""

from __future__ import annotations

import logging
from dataclasses import asdict
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, transaction

from portal.core import audit, store
from portal.core.access import require
from portal.core.errors import DomainError, InvalidInputError
from portal.core.slugs import free_slug
from portal.testsets.models import TestSet
from portal.testsets.packages import Package, open_package

if TYPE_CHECKING:
    from typing import Any

    from portal.accounts.models import User

logger = logging.getLogger(__name__)


def register_test_set(
    *, package: str, by: User | None, is_sequestered: bool = True, is_active: bool = True
) -> TestSet:
    """Register a package that lies below the test sets' folder.

    ``by`` is None where a person at the machine's command line does it.

    Raises
    ------
    InvalidInputError
        The package is wrong or registered already, or it needs a detector and none is named.
    """
    if by is not None:
        require(by, "testsets.register")
    opened = _opened(package)
    if opened.needs_detector and not settings.ASSAY_DETECTOR:
        raise InvalidInputError(
            "These photographs have no landmarks, so faces must be found by a detector. "
            "Name one in the setting ASSAY_DETECTOR first.",
            field="package",
        )
    flags = {"is_sequestered": is_sequestered, "is_active": is_active}
    try:
        return _record(opened, by=by, **flags)
    except IntegrityError as error:
        raise InvalidInputError(
            "This package, or one with the same content, is registered already.", field="package"
        ) from error


def _opened(package: str) -> Package:
    """Open a package and let every host have it; reads files: outside the transaction."""
    try:
        opened = open_package(package)
        store.publish_folder(settings.ASSAY_TEST_SETS / package)
    except OSError as error:
        logger.exception("the package %s cannot be had or shared", package)
        raise DomainError(
            "The package was not registered: our storage does not answer. Try again later."
        ) from error
    return opened


@transaction.atomic
def _record(opened: Package, *, by: User | None, **flags: bool) -> TestSet:
    slug = free_slug(
        TestSet.objects.all(),
        opened.test_set.manifest.name,
        max_length=80,
        reserved=("new", "register"),
    )
    test_set = TestSet.objects.create(
        slug=slug, package=opened.name, registered_by=by, **_facts(opened), **flags
    )
    audit.record("test_set.registered", target=test_set, by=by, sha256=test_set.sha256)
    return test_set


def _facts(opened: Package) -> dict[str, Any]:
    """Return what a package says of itself and what was counted in it, as columns."""
    manifest, description = opened.test_set.manifest, opened.description
    return {
        "title": manifest.title,
        "revision": manifest.revision[:40],
        "description": manifest.description,
        "image_kind": str(manifest.image_kind),
        "sha256": opened.test_set.sha256,
        "licence": manifest.licence[:200],
        "legal_basis": manifest.legal_basis[:300],
        "holds_personal_data": manifest.personal_data,
        "is_synthetic": manifest.synthetic,
        "needs_detector": opened.needs_detector,
        "n_samples": description.n_samples,
        "n_subjects": description.n_subjects,
        "composition": {name: dict(counts) for name, counts in description.attributes.items()},
        "protocols": [asdict(protocol) for protocol in description.protocols],
        "tasks": list(description.tasks),
    }


@transaction.atomic
def set_active(*, test_set: TestSet, is_active: bool, by: User) -> TestSet:
    """Choose whether new models are evaluated on this set; its results stay as they are."""
    require(by, "testsets.register")
    test_set.is_active = is_active
    test_set.save(update_fields=["is_active"])
    verb = "test_set.put_in_use" if is_active else "test_set.taken_out_of_use"
    audit.record(verb, target=test_set, by=by)
    return test_set
