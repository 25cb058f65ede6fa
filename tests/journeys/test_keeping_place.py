"""Pages that change by themselves leave the keyboard where it is."""

import pytest

from portal.accounts.models import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
REFRESH = """() => new Promise(done => {
  document.body.addEventListener('htmx:afterSettle', () => done(), { once: true });
  htmx.ajax('GET', '/operations/queue/fragment/', { target: '#queue', swap: 'outerHTML' });
})"""


def test_the_queue_keeps_the_focus_when_it_is_refreshed(visit):
    visitor = visit(Role.JSARC)
    page = visitor.page
    visitor.open("/operations/queue/")
    link = page.get_by_role("link", name="Cancel")
    link.focus()
    page.evaluate("window.old = document.activeElement")

    page.evaluate(REFRESH)

    assert page.evaluate("!window.old.isConnected")
    assert page.evaluate("document.activeElement.textContent").startswith("Cancel")
    assert visitor.problems == []
