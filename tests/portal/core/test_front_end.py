"""What is taken from node_modules, and what of it is left out."""

import shutil
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.finders import find
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from portal.core.front_end import PACKAGE_FILES, NodePackagesFinder, as_served

CSS = (
    "@font-face{font-family:GDS Transport;src:url(/assets/fonts/light.woff2)}"
    ".a{background-image:url(/assets/images/govuk-crest.svg);color:red}"
    ".b{background:url(/assets/images/other.png)}"
    "/*# sourceMappingURL=govuk-frontend.min.css.map */"
)
NODE_MODULES = Path(settings.BASE_DIR) / "node_modules"
needs_packages = pytest.mark.skipif(
    not NODE_MODULES.is_dir(), reason='no node_modules: "npm ci --ignore-scripts" installs them'
)


def test_font_crest_and_source_map_are_left_out_and_addresses_are_relative():
    served = as_served("govuk-frontend/govuk-frontend.min.css", CSS)

    assert served == (
        ".a{background-image:none;color:red}.b{background:url(assets/images/other.png)}"
    )


def test_scripts_lose_their_source_map_only():
    assert as_served("a.js", "go();//# sourceMappingURL=a.js.map") == "go();"


@needs_packages
def test_named_files_are_found_and_nothing_else():
    assert all(find(name) for name in PACKAGE_FILES)
    assert find("govuk-frontend/package.json") is None
    assert find("axe-core/axe.min.js") is None


def test_missing_packages_say_what_to_run(settings, tmp_path):
    settings.BASE_DIR = tmp_path
    finder = NodePackagesFinder()

    with pytest.raises(ImproperlyConfigured, match="npm ci --ignore-scripts"):
        list(finder.list(None))
    assert finder.find("plotly/plotly-basic.min.js") == []


@needs_packages
def test_collecting_gives_hashed_files_without_the_governments_brand(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "portal.core.front_end.ManifestStorage"}
    }

    call_command("collectstatic", interactive=False, verbosity=0)

    (css,) = tmp_path.glob("govuk-frontend/govuk-frontend.min.*[!n].css")
    text = css.read_text()
    assert "@font-face" not in text
    assert "crest" not in text
    assert "url(/" not in text
    assert (tmp_path / "staticfiles.json").is_file()
    assert list(tmp_path.glob("plotly/plotly-basic.min.*.js.gz"))
    shutil.rmtree(tmp_path)
