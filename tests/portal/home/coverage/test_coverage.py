"""Who covers which use: the best product of a cell, its assurance and how old its proof is."""

import csv
import html
import io
from datetime import timedelta

import pytest
from django.utils import timezone

from portal.home.coverage.matrix import ASSURANCE
from portal.runs.models import ReleaseState, RunState
from portal.suppliers.models import AssuranceEvidence, Product
from tests.portal.builders import (
    make_evidence,
    make_product,
    make_run,
    make_submission,
    make_supplier,
)

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
Kind = AssuranceEvidence.Kind
RFR, OIFR, LFR = 0, 1, 2


@pytest.fixture
def acme():
    return make_supplier(slug="acme", legal_name="Acme", last_researched_on=TODAY)


def offer(supplier, name, trl, *, kinds=(), expired=(), measured=None, **uses):
    product = make_product(
        supplier=supplier, name=name, trl_now=trl,
        **{"for_rfr": True, "for_oifr": False, "for_lfr": False} | uses,
    )  # fmt: skip
    for kind in kinds:
        make_evidence(product=product, kind=kind, issued_on=TODAY, expires_on=None)
    for kind in expired:
        make_evidence(
            product=product, kind=kind, issued_on=TODAY - timedelta(days=99),
            expires_on=TODAY - timedelta(days=1),
        )  # fmt: skip
    if measured is not None:
        finished = timezone.now() - timedelta(days=measured)
        make_run(
            RunState.SCORED, ReleaseState.RELEASED, finished_at=finished, released_at=finished,
            submission=make_submission(product=product),
        )  # fmt: skip
    return product


ALL = (Kind.BIAS_TEST, Kind.PAD, Kind.SECURITY, Kind.DATA_PROTECTION, Kind.EQUALITY,
       Kind.TRAINING_PARTIAL)  # fmt: skip


@pytest.fixture
def rows(sign_in, official):
    """The rows of the page, by the supplier's name."""
    client = sign_in(official)

    def read(**asked):
        page = client.get("/coverage/", asked)
        assert page.status_code == 200
        return {row.supplier.legal_name: row.cells for row in page.context["page"].object_list}

    return read


def test_a_cell_shows_the_readiest_product_and_counts_the_others(acme, rows):
    offer(acme, "Early", 4, kinds=ALL, measured=1)
    offer(acme, "Ready", 8)
    offer(acme, "Live only", 9, for_rfr=False, for_lfr=True)

    cells = rows()["Acme"]

    assert (cells[RFR].line.product.name, cells[RFR].others) == ("Ready", 1)
    assert cells[OIFR] is None
    assert cells[LFR].line.product.name == "Live only"


def test_of_two_as_ready_the_better_assured_is_shown_and_then_the_measured(acme, rows):
    offer(acme, "Bare", 7, measured=1)
    offer(acme, "Assured", 7, kinds=(Kind.PAD,))
    assert rows()["Acme"][RFR].line.product.name == "Assured"

    offer(acme, "Assured and measured", 7, kinds=(Kind.PAD,), measured=1)
    assert rows()["Acme"][RFR].line.product.name == "Assured and measured"


def test_assurance_is_in_date_or_expired_or_missing(acme, rows):
    offer(
        acme, "Gate", 7, kinds=(Kind.PAD, Kind.TRAINING_FULL, Kind.TRAINING_REFUSED),
        expired=(Kind.PAD, Kind.SECURITY, Kind.TRAINING_PARTIAL),
    )  # fmt: skip

    cell = rows()["Acme"][RFR]

    assert cell.in_date == ("Presentation-attack conformity", "Training data disclosed")
    assert cell.expired == ("Security certificate",)
    assert set(cell.in_date) | set(cell.expired) | set(cell.missing) == set(ASSURANCE)


def test_a_refusal_to_disclose_is_no_assurance(acme, rows):
    offer(acme, "Gate", 7, kinds=(Kind.TRAINING_REFUSED,))
    assert rows()["Acme"][RFR].in_date == ()


@pytest.fixture
def three(acme):
    """Bare, assured, and assured and measured; with one that is measured too long ago."""
    offer(acme, "Bare", 4)
    offer(make_supplier(legal_name="Brill"), "Assured", 8, kinds=ALL)
    offer(make_supplier(legal_name="Corvid"), "Proven", 9, kinds=ALL, measured=1)
    offer(make_supplier(legal_name="Dated"), "Stale", 9, kinds=ALL, measured=2_000)


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, ["Acme", "Brill", "Corvid", "Dated"]),
        ({"q": "bri"}, ["Brill"]),
        ({"use_case": "lfr"}, []),
        ({"use_case": "rfr"}, ["Acme", "Brill", "Corvid", "Dated"]),
        ({"trl": "8"}, ["Brill", "Corvid", "Dated"]),
        ({"assurance": "Security certificate", "trl": "9"}, ["Corvid", "Dated"]),
        ({"proof": "measured"}, ["Corvid"]),
        ({"proof": "stale"}, ["Dated"]),
        ({"proof": "none"}, ["Acme", "Brill"]),
        ({"trl": "nonsense"}, ["Acme", "Brill", "Corvid", "Dated"]),
    ],
)
def test_filters_keep_suppliers_of_which_a_cell_fits(three, rows, asked, names):
    assert list(rows(**asked)) == names


def test_all_filters_have_to_fit_one_cell(acme, rows):
    offer(acme, "Ready", 9)
    offer(acme, "Assured", 2, kinds=(Kind.PAD,), for_rfr=False, for_lfr=True)

    assert rows(trl="7", assurance="Presentation-attack conformity") == {}


def test_the_funnel_counts_what_is_left_as_more_is_asked(three, sign_in, official):
    funnel = sign_in(official).get("/coverage/").context["funnel"]

    assert funnel.rows[0] == ("Retrospective (RFR)", "4", "3", "3", "1")
    assert funnel.rows[2] == ("Live (LFR)", "0", "0", "0", "0")


def test_a_use_with_fewer_than_three_to_choose_from_is_named(three, sign_in, official):
    page = " ".join(html.unescape(sign_in(official).get("/coverage/").content.decode()).split())

    said = page.partition("Fewer than three suppliers")[2].partition("</div>")[0]
    assert "Live (LFR)" in said
    assert "Retrospective" not in said


def test_staleness_of_result_and_research_is_shown(three, sign_in, official):
    page = sign_in(official).get("/coverage/").content.decode()

    assert page.count("Not researched within a year") == 3
    assert "Stale" in page


def test_archived_suppliers_and_an_empty_market_are_left_out(sign_in, official, acme):
    acme.archived_at, acme.archived_reason = timezone.now(), "Closed"
    acme.save()
    assert "No supplier fits" in sign_in(official).get("/coverage/").content.decode()


def test_the_file_has_a_line_for_each_cell(three, sign_in, official):
    answer = sign_in(official).get("/coverage.csv").content.decode()

    lines = list(csv.DictReader(io.StringIO(answer)))
    assert [line["product"] for line in lines] == ["Bare", "Assured", "Proven", "Stale"]
    assert lines[0]["assurance_missing"] == "; ".join(ASSURANCE)
    assert lines[1]["assurance_in_date"] == "; ".join(ASSURANCE)
    assert lines[3]["stale_because"] != ""


def test_the_api_says_the_same(three, sign_in, official):
    answer = sign_in(official).get("/api/v1/coverage/", {"proof": "measured"}).json()

    (row,) = answer["results"]
    (cell,) = row["cells"]
    assert (row["research_is_stale"], cell["use_case"]) == (True, "rfr")
    assert cell["product"] == Product.objects.get(name="Proven").slug
    assert (cell["trl_now"], cell["missing"], cell["stale_because"]) == (9, [], "")


@pytest.mark.parametrize("n_rows", [2, 20])
def test_the_page_asks_as_often_however_many_suppliers(
    sign_in, official, n_rows, django_assert_num_queries
):
    for _ in range(n_rows):
        offer(make_supplier(), "Gate", 8, kinds=(Kind.PAD,), measured=1)
    client = sign_in(official)

    with django_assert_num_queries(9):
        client.get("/coverage/")
