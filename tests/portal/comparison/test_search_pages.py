"""The list of models and the compare page on searches and passages."""

import csv
import io

import pytest
from django.urls import reverse

from tests.portal.builders import make_supplier_user
from tests.portal.comparison.results import make_result, make_wide_test_set
from tests.portal.comparison.search_results import (
    KINDS,
    make_recommended,
    make_search_result,
    make_search_set,
    text_of,
    untrue,
)

pytestmark = pytest.mark.django_db
LIST, COMPARE = reverse("comparison:model_list"), reverse("comparison:compare")
API = reverse("api:comparison-list")


def asked(*runs, **more):
    return {"model": [str(run.submission_id) for run in runs]} | more


@pytest.fixture
def searched():
    """Two models on one set, the worse first: 90 of 400 missed against 40."""

    def make(kind, **more):
        test_set = make_search_set(kind, title="Station", slug="station")
        return [
            make_search_result((90, 120), kind=kind, product="Alpha", test_set=test_set, **more),
            make_search_result((40, 60), kind=kind, product="Beta", test_set=test_set, **more),
        ]

    return make


@pytest.mark.parametrize("kind", KINDS)
def test_a_set_of_nothing_but_searches_has_a_list_with_the_best_first(
    sign_in, official, searched, kind
):
    searched(kind)

    page = text_of(sign_in(official).get(LIST))

    where = "on a watchlist" if kind == "live" else "in a gallery"
    assert (
        f"False negative identification rate (FNIR) at rank 1 {where} of 80 people, at a false"
        " positive identification rate (FPIR) of at most 10% (1 in 10)."
    ) in page
    assert '<th scope="col" class="govuk-table__header">FNIR</th>' in page
    assert "40 of 400" in page
    assert "90 of 400" in page
    assert ">1 of 400" not in page, "of the smaller gallery"
    assert page.index("40 of 400") < page.index("90 of 400")
    assert untrue(page) == []


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (
            "identification",
            "400 searches for people in the gallery and 600 searches for people who",
        ),
        ("leave_one_out", "400 searches for a person who has another image and 600 searches for a"),
        ("live", "400 passages of people on the watchlist and 600 passages of people who are"),
    ],
)
def test_what_the_figures_rest_on_is_said_in_the_words_of_what_was_done(
    sign_in, official, searched, kind, said
):
    searched(kind)

    page = text_of(sign_in(official).get(LIST))

    assert said in page
    page = page.replace("\N{NO-BREAK SPACE}", " ")
    assert "80 people are enrolled (N = 80). A person is found who stands first" in page


def test_the_form_asks_for_what_the_protocol_has(sign_in, official):
    both = make_wide_test_set(title="Both", slug="both")
    both.protocols += make_search_set("live").protocols
    both.save()
    make_result(test_set=both)
    client = sign_in(official)

    one_to_one = text_of(client.get(LIST, {"test_set": "both", "target": "0.001"}))
    passages = text_of(
        client.get(LIST, {"test_set": "both", "protocol": "searches", "target": "0.0001"})
    )

    assert "False match rate (FMR)</label>" in one_to_one
    assert '<option value="0.001" selected>' in one_to_one
    assert '<option value="1e-06">' in one_to_one
    assert "Fewest missed matches" in one_to_one
    assert "False positive identification rate (FPIR)</label>" in passages
    assert '<option value="searches" selected>Passages of one camera</option>' in passages
    assert '<option value="0.000166667">1 in 6,000</option>' in passages
    assert '<option value="0.0001"' not in passages
    assert '<option value="" selected>Strictest supported</option>' in passages
    assert "There is a problem" not in passages
    assert "Fewest people missed" in passages


def test_the_list_as_csv_says_what_each_row_is(sign_in, official, searched):
    searched("live")

    answer = sign_in(official).get(reverse("comparison:model_list_csv"))
    first = next(csv.DictReader(io.StringIO(answer.content.decode())))

    assert (first["product"], first["errors"], first["trials"]) == ("Beta", "40", "400")
    assert (first["metric"], first["condition"]) == ("fnir_at_fpir", "gallery=80;rank=1")
    assert (first["target"], first["value"]) == ("0.1", "0.1")


@pytest.mark.parametrize("kind", KINDS)
def test_searches_side_by_side(sign_in, official, searched, kind):
    runs = searched(kind)

    response = sign_in(official).get(COMPARE, asked(*runs))
    page = text_of(response)

    groups = {group.title: group.rows for group in response.context["groups"]}
    at_targets = groups[response.context["basis"].operating_point]
    assert [row.label for row in at_targets] == [
        "10% (1 in 10)",
        "1% (1 in 100)",
        "0.1% (1 in 1,000)",
    ]
    assert [cell.rate.errors for cell in at_targets[0].cells] == [90, 40]
    assert [cell.is_best for cell in at_targets[0].cells] == [False, True]
    assert [cell.rate.evidence for cell in at_targets[2].cells] == ["not_enough"] * 2
    people = "on a watchlist of 80 people" if kind == "live" else "in a gallery of 80 people"
    ranks = [1] if kind == "live" else [1, 5, 20]
    without = groups[f"FNIR without a threshold, {people}"]
    assert [row.label.split("(rank ")[1].rstrip(")") for row in without] == list(map(str, ranks))
    assert without[0].cells[0].rate.errors == 80
    assert page.count('id="chart-error-tradeoff"') == 1
    assert page.count('id="chart-accuracy-speed"') == 1
    assert untrue(page) == []


def test_passages_say_how_many_alerts_are_false_and_how_soon_right_ones_come(
    sign_in, official, searched
):
    runs = searched("live")
    runs[1].measurements.filter(metric__startswith="alert_seconds").delete()

    page = sign_in(official).get(COMPARE, asked(*runs))
    rows = {row.label: row for group in page.context["groups"] for row in group.rows}

    assert [c.rate.trials for c in rows["False alerts, of all passages"].cells] == [1_000, 1_000]
    of_alerts = rows["False alerts, of all alerts"]
    assert [cell.rate.trials for cell in of_alerts.cells] == [425, 425]
    assert "400 of 1,000 passages" in of_alerts.hint
    assert of_alerts.hint in text_of(page)
    soon = rows["Nine in ten right alerts come within"]
    assert [cell.text for cell in soon.cells] == ["2.2 seconds", "No right alert was raised"]
    half = rows["Half of the right alerts come within"]
    assert [cell.text for cell in half.cells] == ["The first frame", "No right alert was raised"]


def test_passages_without_evidence_at_the_target_say_so_of_their_alerts(
    sign_in, official, searched
):
    page = sign_in(official).get(COMPARE, asked(*searched("live"), target="0.001"))
    rows = {row.label: row for group in page.context["groups"] for row in group.rows}

    for label in ("False alerts, of all passages", "Half of the right alerts come within"):
        assert [cell.text for cell in rows[label].cells] == ["Not enough evidence"] * 2


def test_searches_raise_no_alerts(sign_in, official, searched):
    assert "alerts" not in text_of(
        sign_in(official).get(COMPARE, asked(*searched("identification")))
    )


@pytest.mark.parametrize("kind", KINDS)
def test_a_suppliers_own_threshold_is_shown_with_what_it_gives(sign_in, official, searched, kind):
    runs = searched(kind)
    make_recommended(runs[0], kind, missed=33, false=12)

    response = sign_in(official).get(COMPARE, asked(*runs))
    title = "At the threshold that the supplier recommends"
    rows = next(g.rows for g in response.context["groups"] if g.title == title)

    assert [cell.text for cell in rows[0].cells] == ["0.37", "None given"]
    assert [(row.cells[0].rate.errors, row.cells[0].rate.trials) for row in rows[1:3]] == [
        (12, 600),
        (33, 400),
    ]


def test_a_threshold_without_searches_of_others_is_shown_alone(sign_in, official, searched):
    runs = searched("identification")
    make_recommended(runs[0], "identification", missed=33, false=12)
    runs[0].measurements.filter(metric="recommended_fpir").delete()

    page = text_of(sign_in(official).get(COMPARE, asked(*runs)))

    assert "At the threshold that the supplier recommends" in page
    assert "0.37" in page


def test_results_recorded_before_curves_were_kept_have_no_trade_off(sign_in, official, searched):
    page = text_of(sign_in(official).get(COMPARE, asked(*searched("live", curve=False))))

    assert 'id="chart-error-tradeoff"' not in page
    assert 'id="chart-accuracy-speed"' in page


def test_the_csv_of_a_comparison_holds_every_figure_of_the_protocol(sign_in, official, searched):
    runs = searched("identification")

    answer = sign_in(official).get(reverse("comparison:compare_csv"), asked(*runs))
    rows = list(csv.DictReader(io.StringIO(answer.content.decode())))

    assert len(rows) == sum(run.measurements.count() for run in runs)
    assert {"gallery=20;rank=1", "gallery=80;rank=10"} <= {row["condition"] for row in rows}


def test_another_suppliers_searches_stay_unseen(sign_in, searched):
    runs = searched("live")
    client = sign_in(make_supplier_user(runs[0].submission.product.supplier))

    page = text_of(client.get(LIST))

    assert "Alpha" in page
    assert "Beta" not in page
    assert client.get(COMPARE, asked(*runs)).status_code == 403
    assert client.get(API, asked(*runs)).status_code == 403


@pytest.mark.parametrize("where", [LIST, COMPARE, reverse("comparison:compare_csv"), API])
def test_the_number_of_queries_does_not_grow_with_the_models(
    sign_in, official, where, django_assert_max_num_queries, django_assert_num_queries
):
    client, test_set = sign_in(official), make_search_set("live")
    runs = [make_search_result(kind="live", test_set=test_set) for _ in range(2)]
    with django_assert_max_num_queries(20) as few:
        client.get(where, asked(*runs))
    runs += [make_search_result(kind="live", test_set=test_set) for _ in range(10)]

    with django_assert_num_queries(len(few)):
        client.get(where, asked(*runs[:6]))
