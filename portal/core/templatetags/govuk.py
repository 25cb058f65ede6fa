"""Tags and filters of the pages: ``{% load govuk %}``."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django import template
from django.apps import apps
from django.utils.html import format_html, format_html_join

from portal.core import wording
from portal.core.context import is_supplier
from portal.core.task_words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.core.paginator import Page
    from django.template import Context
    from django.utils.safestring import SafeString

register = template.Library()

for words in (
    wording.percent,
    wording.short_percent,
    wording.grouped,
    wording.uk_date,
    wording.uk_datetime,
    wording.duration,
    wording.filesize_uk,
    wording.short_hash,
    wording.in_words,
):
    register.filter(words.__name__, words)

COLOURS = {
    "draft": "grey",
    "uploaded": "yellow",
    "checking": "blue",
    "ready": "green",
    "rejected": "red",
    "withdrawn": "grey",
    "queued": "yellow",
    "waiting": "yellow",
    "running": "blue",
    "scoring": "blue",
    "scored": "green",
    "done": "green",
    "failed_supplier": "red",
    "failed_platform": "orange",
    "cancelled": "grey",
    "private": "grey",
    "preview": "purple",
    "released": "green",
    "withheld": "orange",
    "proposed": "yellow",
    "agreed": "blue",
    "in_progress": "purple",
    "delivered": "green",
    "stopped": "grey",
    "sufficient": "green",
    "indicative": "yellow",
    "not_enough": "grey",
}
"""The one mapping of a state to its colour; the words come from the table that owns the state."""

SUPPLIERS_LABELS = {"preview": "Shown to you"}
"""Words of a state that read otherwise to the supplier whom it is about."""

STATE_COLUMNS = ("state", "release", "status", "evidence")


@lru_cache(maxsize=1)
def state_labels() -> dict[str, str]:
    """Return the words of every state of every table, by its stored value."""
    labels: dict[str, str] = {}
    for model in apps.get_models():
        for field in model._meta.fields:
            if field.name in STATE_COLUMNS and field.choices:
                labels.update({str(value): str(label) for value, label in field.flatchoices})
    return labels


@register.simple_tag(takes_context=True)
def state_tag(context: Context, state: str) -> SafeString:
    """Return the GOV.UK tag of a state: its words, as this reader has them, in its colour."""
    key = str(state)
    own_labels = SUPPLIERS_LABELS if is_supplier(context.get("user")) else {}
    return format_html(
        '<strong class="govuk-tag govuk-tag--{}">{}</strong>',
        COLOURS.get(key, "grey"),
        own_labels.get(key) or state_labels().get(key, key),
    )


@register.simple_tag
def reading(task: str = "") -> tuple[str, ...]:
    """Return how the figures of a task are to be read; of recognition where none is named."""
    return words_of(task or "embedding").reading


@register.filter
def page_numbers(page: Page[Any]) -> Iterator[int | None]:
    """Page numbers to link to; None where some are left out."""
    for number in page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1):
        yield number if isinstance(number, int) else None


@register.simple_tag
def rate_cell(rate: Any) -> SafeString:
    """Return a rate with its 95% interval, its counts and its evidence mark.

    ``rate`` has value, low, high, errors, trials, failures and evidence: a measurement's row or
    a rate of a result; None prints as not measured.
    """
    if rate is None:
        return format_html('<span class="assay-muted">{}</span>', "Not measured")
    if rate.evidence == "not_enough":
        return format_html('<span class="assay-muted">{}</span>', "Not enough evidence")
    indicative = rate.evidence == "indicative"
    return format_html(
        '<span class="assay-rate{}">{}</span>{}',
        " assay-rate--indicative" if indicative else "",
        wording.rate(rate),
        format_html_join(
            "",
            '<span class="assay-rate__evidence">{}</span>',
            [(line,) for line in wording.evidence_lines(rate)],
        ),
    )
