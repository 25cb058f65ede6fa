"""Before and after a model is sent, its supplier reads what is measured of it and on what."""

import pytest

from portal.submissions.measuring import plan_of, plans
from tests.portal.builders import make_product, make_submission, make_supplier_user, make_test_set

pytestmark = pytest.mark.django_db
NO_SET = "No test set in use is for models of this task"


@pytest.fixture
def sets():
    make_test_set(title="Street", tasks=["embedding"])
    make_test_set(title="Portraits", tasks=["embedding", "quality"])
    make_test_set(title="Old attacks", tasks=["pad"], is_active=False)


def titles(plan):
    return [test_set.title for test_set in plan.test_sets]


def test_a_plan_for_every_task_names_the_sets_in_use(sets):
    assert {plan.words.key: titles(plan) for plan in plans()} == {
        "embedding": ["Portraits", "Street"],
        "quality": ["Portraits"],
        "pad": [],
        "detection": [],
    }


@pytest.mark.parametrize("state", ["uploaded", "checking", "ready"])
def test_a_model_is_measured_on_the_sets_of_its_task(sets, state):
    plan = plan_of(make_submission(state, card={"task": "quality"}))

    assert titles(plan) == ["Portraits"]
    assert plan.is_to_come == (state != "ready")


@pytest.mark.parametrize("state", ["rejected", "withdrawn"])
def test_nothing_is_planned_for_a_model_that_is_not_evaluated(sets, state):
    assert plan_of(make_submission(state)) is None


def test_the_form_says_for_each_task_what_is_measured(sets, sign_in):
    product = make_product()
    page = sign_in(make_supplier_user(product.supplier)).get("/submissions/new/").content.decode()

    assert "How many attacks of each kind get through" in page
    assert "Portraits" in page
    assert "Old attacks" not in page
    assert page.count(NO_SET) == 2
    assert "There is a problem" not in page, "nothing has been sent yet"


@pytest.mark.parametrize(
    ("task", "said"),
    [("pad", NO_SET), ("embedding", "Street"), ("weather", "names no task that is known")],
)
def test_a_models_page_says_what_is_measured_of_it(sets, sign_in, task, said):
    model = make_submission("uploaded", card={"task": task})
    page = sign_in(model.submitted_by).get(f"/submissions/{model.pk}/").content.decode()

    assert "What will be measured" in page
    assert said in page


def test_a_model_without_a_set_for_it_says_so_once_accepted(sets, sign_in, jsarc):
    model = make_submission("ready", card={"task": "detection"})
    client = sign_in(jsarc)
    page = client.get(f"/submissions/{model.pk}/").content.decode()

    assert NO_SET in page
    assert "No evaluations yet" in page
    assert client.get(f"/api/v1/submissions/{model.pk}/").json()["task"] == "detection"


def test_the_form_takes_the_same_queries_however_many_sets(sign_in, django_assert_num_queries):
    client = sign_in(make_supplier_user())
    with django_assert_num_queries(6):
        client.get("/submissions/new/")
    for _ in range(12):
        make_test_set(tasks=["pad"])
    with django_assert_num_queries(6):
        client.get("/submissions/new/")
