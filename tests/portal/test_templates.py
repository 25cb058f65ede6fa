"""Rules that every template keeps."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import get_template

ROOT = Path(settings.BASE_DIR) / "templates"
TEMPLATES = sorted(path.relative_to(ROOT) for path in ROOT.rglob("*.html"))
WHOLE_PAGES = [path for path in TEMPLATES if "{% extends" in (ROOT / path).read_text()]


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_template_compiles(path):
    get_template(str(path))


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_template_keeps_to_the_content_security_policy(path):
    text = (ROOT / path).read_text()

    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"\son[a-z]+\s*=|hx-on|javascript:", text)
    assert "<style" not in text


@pytest.mark.parametrize("path", WHOLE_PAGES, ids=str)
def test_page_has_a_title(path):
    assert "{% block title %}" in (ROOT / path).read_text()


@pytest.mark.parametrize(
    "path", [path for path in TEMPLATES if path.parts[0] == "components"], ids=str
)
def test_component_says_what_it_is_and_needs(path):
    assert (ROOT / path).read_text().startswith("{#")


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_tables_have_a_caption_and_scoped_heads(path):
    text = (ROOT / path).read_text()

    assert text.count("<table") == text.count("<caption")
    assert all("scope=" in head for head in re.findall(r"<th\b[^>]*>", text))


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_what_a_table_shows_stays_in_sight_while_it_is_moved(path):
    captions = re.findall(
        r"<caption\b([^>]*)>(.*?)</caption>", (ROOT / path).read_text(), re.DOTALL
    )

    for attributes, words in captions:
        seen = "govuk-visually-hidden" not in attributes
        assert not seen or words.strip().startswith('<span class="assay-caption">')


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_tables_scroll_by_themselves_on_a_narrow_screen(path):
    text = (ROOT / path).read_text()

    assert text.count("<table") == text.count('class="assay-table-scroll" role="region"')
