"""Pages of test sets: what suppliers may know of them, and what they may not."""

import pytest

from portal.core.models import AuditEvent
from tests.portal.builders import make_supplier_user, make_test_set, make_user

pytestmark = pytest.mark.django_db
SECRETS = ("the-package", "f" * 64, "Smallest printable", "the-basis")


@pytest.fixture
def test_set():
    return make_test_set(
        slug="hard", package="the-package", sha256="f" * 64, legal_basis="the-basis"
    )


def words_about(client, test_set):
    page = client.get(f"/test-sets/{test_set.slug}/").content.decode()
    api = client.get(f"/api/v1/test-sets/{test_set.slug}/").content.decode()
    return page, api


def test_a_supplier_reads_title_and_composition_alone(sign_in, test_set):
    for words in words_about(sign_in(make_supplier_user()), test_set):
        assert test_set.title in words
        assert "glasses" in words.lower()
        assert not [secret for secret in SECRETS if secret in words]


def test_officials_read_what_a_set_supports_but_not_where_it_lies(sign_in, official, test_set):
    page, api = words_about(sign_in(official), test_set)

    assert "Smallest printable rate" in page
    assert "6.00%" in page
    assert "the-package" not in page + api
    assert "the-basis" in api


def test_jsarc_read_where_it_lies(sign_in, jsarc, test_set):
    page, _ = words_about(sign_in(jsarc), test_set)

    assert "the-package" in page


def test_the_list_is_narrowed_by_the_address(sign_in, official):
    make_test_set(title="Alpha", image_kind="photograph")
    make_test_set(title="Beta", is_active=False)
    client = sign_in(official)

    def found(**filters):
        return [one.title for one in client.get("/test-sets/", filters).context["page"]]

    assert found() == ["Alpha", "Beta"]
    assert found(q="alp") == ["Alpha"]
    assert found(image_kind="aligned") == ["Beta"]
    assert found(state="active") == ["Alpha"]


def test_jsarc_choose_whether_new_models_are_evaluated_on_a_set(sign_in, jsarc, test_set):
    client = sign_in(jsarc)
    client.post("/test-sets/hard/use/", {"in_use": "no"})
    test_set.refresh_from_db()
    assert not test_set.is_active

    client.patch("/api/v1/test-sets/hard/", {"is_active": True}, "application/json")
    test_set.refresh_from_db()
    assert test_set.is_active
    verbs = list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["test_set.taken_out_of_use", "test_set.put_in_use"]


@pytest.mark.parametrize("n_rows", [3, 20])
def test_the_list_takes_the_same_queries_however_long(sign_in, n_rows, django_assert_num_queries):
    for _ in range(n_rows):
        make_test_set()
    client = sign_in(make_user("official"))

    with django_assert_num_queries(4):
        client.get("/test-sets/")
