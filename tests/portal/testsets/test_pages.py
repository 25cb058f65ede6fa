"""Pages of test sets: what suppliers may know of them, and what they may not."""

import pytest

from evaluation.testsets.manifest import ProtocolKind
from portal.core.models import AuditEvent
from portal.testsets.protocols import KIND_WORDS
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

    assert "Smallest rate that can be shown" in page
    assert "6.00%" in page
    assert "the-package" not in page + api
    assert "the-basis" in api


SETS = {
    "searches": (
        {"kind": "identification", "n_mated": 320, "n_non_mated": 240,
         "counts": {"references": 120, "gallery sizes": 2}, "gallery_sizes": [20, 80]},
        "Is a person found in a gallery",
        ["320 searches for people in the gallery", "120 references", "20 and 80 people enrolled"],
    ),
    "passages": (
        {"kind": "live", "n_mated": 40, "n_non_mated": 80, "counts": {"frames": 480}},
        "raise an alert on passing a camera",
        ["40 passages of people on the watchlist", "480 frames"],
    ),
    "attacks": (
        {"kind": "presentation_attack", "task": "pad", "n_mated": 135, "n_non_mated": 1225},
        "told from live faces",
        ["135 live faces", "1,225 attacks"],
    ),
    "faces": (
        {"kind": "detection", "task": "detection", "counts": {"faces": 240}},
        "Are the faces in photographs found",
        ["240 faces"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("protocol", "asks", "counts"), SETS.values(), ids=SETS)
def test_a_protocol_is_asked_in_a_sentence_with_its_counts(
    sign_in, official, protocol, asks, counts
):
    protocols = [{"name": "secret-name", "title": "Its title"} | protocol]
    test_set = make_test_set(protocols=protocols)
    page, _ = words_about(sign_in(official), test_set)
    to_supplier, by_api = words_about(sign_in(make_supplier_user()), test_set)

    assert asks in page
    assert all(count in page for count in [*counts, "Its title"])
    assert asks in to_supplier
    assert asks in by_api
    for count in [*counts, "Its title", "secret-name"]:
        assert count not in to_supplier + by_api


def test_every_kind_of_protocol_has_words():
    assert set(KIND_WORDS) == {str(kind) for kind in ProtocolKind}


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


def test_sets_are_narrowed_to_those_for_a_task(sign_in, official):
    make_test_set(title="Faces and quality", tasks=["embedding", "quality"])
    make_test_set(title="Attacks", tasks=["pad"])
    client = sign_in(official)

    def found(task):
        page = client.get("/test-sets/", {"task": task}).context["page"]
        api = client.get("/api/v1/test-sets/", {"task": task}).json()["results"]
        assert [one["title"] for one in api] == [one.title for one in page]
        return [one.title for one in page]

    assert found("quality") == found("embedding") == ["Faces and quality"]
    assert found("pad") == ["Attacks"]
    assert found("detection") == []
    assert found("nonsense") == ["Attacks", "Faces and quality"]
    assert "Presentation attack detection" in client.get("/test-sets/").content.decode()


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
