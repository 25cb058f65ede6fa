"""What a model's page shows, the API gives as well: the sections, in the same words."""

import html

import pytest

from portal.comparison import provenance
from tests.evaluation.made_result import make_result, result
from tests.portal.builders import make_run, make_submission, make_supplier_user, make_test_set
from tests.portal.comparison.results import make_result as make_scored
from tests.portal.comparison.search_results import make_search_result, make_search_set

__all__ = ["make_result", "result"]
pytestmark = pytest.mark.django_db
RESULTS, COMPARISONS = "/api/v1/results/", "/api/v1/comparisons/"


@pytest.fixture
def results():
    guard = make_submission(card={"name": "guard", "task": "pad"})
    attacks = make_run(
        "scored", "released", submission=guard, test_set=make_test_set(slug="attacks")
    )
    return {"faces": make_scored(), "attacks": attacks}


def test_results_are_narrowed_by_task_test_set_and_model(sign_in, official, results):
    client = sign_in(official)

    def found(**asked):
        rows = client.get(RESULTS, asked).json()["results"]
        return {name for name, run in results.items() if str(run.pk) in {r["id"] for r in rows}}

    assert found() == {"faces", "attacks"}
    assert found(task="pad") == {"attacks"}
    assert found(task="embedding") == {"faces"}
    assert found(test_set="attacks") == {"attacks"}
    assert found(model=str(results["faces"].submission_id)) == {"faces"}
    assert found(model="nonsense") == set()


def test_the_sections_of_a_models_page_are_given_in_its_words(
    sign_in, official, results, result, monkeypatch
):
    run = results["faces"]
    monkeypatch.setattr(provenance, "load_result", lambda path: result)
    client = sign_in(official)

    sections = client.get(f"{RESULTS}{run.pk}/report/").json()
    page = html.unescape(client.get(f"/models/{run.submission_id}/").content.decode())

    titles = [section["title"] for section in sections]
    assert "Thresholds for operators" in titles
    assert "Differences between groups" in titles
    for section in sections:
        assert (section["heading"] or section["title"]) in page
        for table in section["tables"]:
            assert {len(row) for row in table["rows"]} <= {len(table["columns"])}
    thresholds = sections[titles.index("Thresholds for operators")]["tables"][0]
    assert thresholds["note"] in page
    assert all(cell in page for cell in thresholds["rows"][0])
    charts = [chart for section in sections for chart in section["charts"]]
    assert all(len(one["x"]) == len(one["y"]) for chart in charts for one in chart["series"])


def test_a_result_whose_file_cannot_be_read_says_so(sign_in, official, results):
    answer = sign_in(official).get(f"{RESULTS}{results['faces'].pk}/report/")

    assert answer.status_code == 409
    assert answer.json() == {"detail": "The result's file cannot be read."}


def test_a_supplier_reads_the_report_of_none_but_its_own_results(sign_in, results):
    answer = sign_in(make_supplier_user()).get(f"{RESULTS}{results['faces'].pk}/report/")

    assert answer.status_code == 404


def compared(*runs):
    return {"model": [str(run.submission_id) for run in runs]}


def test_a_comparison_says_on_what_passages_it_rests(sign_in, official):
    test_set = make_search_set("live", slug="station")
    runs = [make_search_result(kind="live", test_set=test_set) for _ in range(2)]

    answer = sign_in(official).get(COMPARISONS, compared(*runs)).json()

    assert (answer["test_set"], answer["protocol"]) == ("station", "searches")
    assert (answer["target"], answer["gallery_size"]) == (0.1, 80)
    assert answer["results"] == [str(run.pk) for run in runs]


def test_a_comparison_one_to_one_names_no_gallery(sign_in, official):
    answer = sign_in(official).get(COMPARISONS, compared(make_scored())).json()

    assert (answer["target"], answer["gallery_size"]) == (0.001, None)
