"""Static files of the front-end packages, straight from ``node_modules``.

Only the files named here are served. What GOV.UK keeps for its own domains (the Transport
font, the crest) and the source maps are taken out while the files are collected, in code, so
that no edited copy is kept.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import (  # type: ignore[import-untyped]  # ships no types
    CompressedManifestStaticFilesStorage,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

PACKAGE_FILES = {
    "govuk-frontend/govuk-frontend.min.css": "govuk-frontend/dist/govuk/govuk-frontend.min.css",
    "govuk-frontend/govuk-frontend.min.js": "govuk-frontend/dist/govuk/govuk-frontend.min.js",
    "plotly/plotly-basic.min.js": "plotly.js-basic-dist-min/plotly-basic.min.js",
}
"""Address below the static folder -> file below ``node_modules``."""

FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
CREST = re.compile(r"url\([^)]*govuk-crest\.svg\)")
ABSOLUTE_ASSET = re.compile(r"url\(/assets/")
SOURCE_MAP = re.compile(r"(/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S*)")


def as_served(name: str, text: str) -> str:
    """Return a package's file as this service may serve it."""
    text = SOURCE_MAP.sub("", text)
    if not name.endswith(".css"):
        return text
    text = CREST.sub("none", FONT_FACE.sub("", text))
    return ABSOLUTE_ASSET.sub("url(assets/", text)


class NodePackagesStorage(FileSystemStorage):
    """The named files of ``node_modules`` under the names by which they are served."""

    def path(self, name: str) -> str:
        return str(Path(self.location) / PACKAGE_FILES[name])

    def _open(self, name: str, mode: str = "rb") -> File[Any]:
        text = Path(self.path(name)).read_text(encoding="utf-8")
        return ContentFile(as_served(name, text).encode(), name=name)


class NodePackagesFinder(BaseFinder):
    """Finds the files of ``PACKAGE_FILES`` and nothing else of ``node_modules``."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        self.root = Path(settings.BASE_DIR) / "node_modules"
        self.storage = NodePackagesStorage(location=str(self.root))
        super().__init__(*args, **kwargs)

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        if path not in PACKAGE_FILES or not Path(self.storage.path(path)).is_file():
            return []
        return [self.storage.path(path)] if find_all else self.storage.path(path)

    def list(self, ignore_patterns: Iterable[str] | None) -> Any:
        """Yield every named file for ``collectstatic``.

        Raises
        ------
        ImproperlyConfigured
            A package is not installed.
        """
        for name, source in PACKAGE_FILES.items():
            if not (self.root / source).is_file():
                raise ImproperlyConfigured(
                    f"The front-end file {source} is missing from node_modules."
                    ' Install the packages with "npm ci --ignore-scripts", or run "make setup".'
                )
            yield name, self.storage


class ManifestStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # as above
    """Collected files under names that carry their hash, with a compressed copy beside them."""
