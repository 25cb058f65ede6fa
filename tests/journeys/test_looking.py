"""The looks at a page see what they are for: each is shown a page with one fault."""

from urllib.parse import quote

import pytest

from tests.journeys import looking
from tests.journeys.visitor import Visitor
from tests.journeys.windows import window_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

PAGE = """<!DOCTYPE html><html lang="en"><title>Page</title><meta name="viewport"
content="width=device-width"><style>.govuk-skip-link:not(:focus) {{ position: absolute; width: 1px;
height: 1px; overflow: hidden; }} details:open summary {{ color: black }} {style}</style>
<a class="govuk-skip-link" href="#main-content">Skip</a>
<main id="main-content" tabindex="-1"><h1>Page</h1><p><a href="/one">One</a></p>{body}</main>
<script>document.querySelector('.govuk-skip-link').addEventListener('click',
event => {{ event.preventDefault();
document.getElementById('main-content').focus(); }}); {script}</script>"""
GOOD = "<details><summary>More</summary><p><a href='/three'>Three</a></p></details>"
OPEN = GOOD.replace("<details>", "<details open>")
FOLDS = "@media print { summary { display: none } }"
STOPS_TAB = """document.querySelector('summary').addEventListener('keydown',
  event => event.preventDefault())"""


@pytest.fixture
def show(browser):
    context = window_of(browser, "http://localhost", None)

    def open_page(body=GOOD, style="", script=""):
        visitor = Visitor(context.new_page(), "")
        visitor.page.goto(
            "data:text/html," + quote(PAGE.format(body=body, style=style, script=script))
        )
        return visitor

    yield open_page
    context.close()


def test_a_good_page_has_nothing_wrong(show):
    visitor = show(style="@media print { .govuk-skip-link { display: none } }")

    assert looking.everything(visitor) == []


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        (
            {"body": "<p><a href='/two' tabindex='1'>Two</a></p>"},
            "“Two” leaves the order of",
        ),
        ({"style": "a:focus { outline: none }"}, "focus does not show on a “One”"),
        ({"style": "a:focus { outline: 3px solid #fd0 }"}, "focus does not show on a “One”"),
        ({"style": "h1 { position: fixed; inset: 0; background: white }"}, "focus is hidden on a"),
        ({"body": GOOD, "script": STOPS_TAB}, "fold 1 does not open by keyboard"),
        (
            {"body": GOOD.replace("<details>", "<details open>"), "script": STOPS_TAB},
            "is summary “More”, not a “Three”",
        ),
        ({"style": "main { visibility: hidden }"}, "the first stop does not skip to main"),
    ],
    ids=str,
)
def test_the_walk_sees_what_stops_a_keyboard(show, fault, found):
    assert found in " ".join(looking.by_keyboard(show(**fault).page))


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        ({"body": "<button>Do</button>"}, "button “Do” acts, and paper cannot"),
        ({"body": "<form><input name='q'></form>"}, "asks, and paper cannot"),
        ({"body": "<p style='color: #aaa'>Pale</p>"}, "p “Pale” is too pale"),
        ({"body": "<p style='height: 1em; overflow: hidden'>Cut<br>off</p>"}, "is cut"),
        ({"body": "<p style='width: 900px'>Wide</p>"}, "p “Wide” runs over the side"),
        ({"style": FOLDS}, "details “” stays folded"),
    ],
    ids=str,
)
def test_paper_shows_what_is_lost_on_it(show, fault, found):
    assert found in " ".join(looking.on_paper(show(**fault).page))


def test_small_targets_and_text_that_spacing_cuts_are_seen_on_a_narrow_screen(show):
    small = "<button style='width: 9px; height: 9px; padding: 0' aria-label='x'></button>"
    box = "<p style='width: 6.2em; white-space: nowrap; overflow: hidden'>Spaced words</p>"

    wrong = " ".join(looking.narrow(show(small + small + box)))

    assert "target-size" in wrong
    assert "cut with wide spacing" in wrong
