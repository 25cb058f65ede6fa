"""Registering packages: from the page, the API and the command line; a wrong one is explained."""

import io
import shutil

import cv2
import numpy as np
import pytest
from django.core.management import CommandError, call_command

from evaluation.testsets import (
    NewAllPairs,
    NewDetection,
    NewFace,
    NewPairs,
    NewSample,
    write_test_set,
)
from portal.core.errors import InvalidInputError
from portal.core.models import AuditEvent
from portal.testsets.models import TestSet
from portal.testsets.selectors import unregistered_packages
from portal.testsets.services import register_test_set

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shelf(settings, tmp_path):
    """Keep the test sets' folder of each test apart."""
    settings.ASSAY_DATA = tmp_path / "data"
    settings.ASSAY_TEST_SETS = tmp_path / "data" / "testsets"
    settings.ASSAY_TEST_SETS.mkdir(parents=True)
    return settings.ASSAY_TEST_SETS


def write_package(folder, **overrides):
    """Two subjects with two samples each; one says whether glasses are worn."""
    rng = np.random.default_rng(5)
    samples = []
    for number in range(4):
        image = rng.integers(0, 255, size=(112, 112, 3), dtype=np.uint8)
        data = cv2.imencode(".png", image)[1].tobytes()
        glasses = {"glasses": "yes" if number == 0 else "no"}
        samples.append(
            NewSample(f"s{number}", data, ".png", f"person{number // 2}", attributes=glasses)
        )
    pairs = NewPairs("pairs", "Pairs", [("s0", "s1", True, None), ("s0", "s2", False, None)])
    facts = {
        "name": "tiny",
        "title": "Tiny set",
        "image_kind": "aligned",
        "protocols": [pairs, NewAllPairs("all_pairs", "All pairs")],
        "licence": "None needed",
        "synthetic": True,
        "personal_data": False,
        "attributes": ("glasses",),
    } | overrides
    return write_test_set(folder, samples=samples, **facts)


def test_a_registered_set_says_what_the_package_says_and_holds(shelf, jsarc):
    written = write_package(shelf / "tiny-1")

    test_set = register_test_set(package="tiny-1", by=jsarc, is_sequestered=False)

    assert (test_set.slug, test_set.title, test_set.package) == ("tiny", "Tiny set", "tiny-1")
    assert test_set.sha256 == written.sha256
    assert (test_set.n_samples, test_set.n_subjects) == (4, 2)
    assert test_set.composition == {"glasses": {"yes": 1, "no": 3}}
    # Six pairs of four samples, two of them mated; fewer than three non-mated print nothing.
    assert [
        (one["name"], one["n_mated"], one["n_non_mated"], one["smallest_printable_rate"])
        for one in test_set.protocols
    ] == [("pairs", 1, 1, None), ("all_pairs", 2, 4, 0.75)]
    assert (test_set.is_sequestered, test_set.holds_personal_data) == (False, False)
    assert test_set.is_active
    assert AuditEvent.objects.get().verb == "test_set.registered"


def test_only_packages_that_are_not_registered_are_offered(shelf, jsarc):
    write_package(shelf / "one")
    write_package(shelf / "two", revision="2")
    (shelf / "empty").mkdir()
    (shelf / ".half").mkdir()
    shutil.copy(shelf / "one" / "manifest.json", shelf / ".half")
    register_test_set(package="one", by=jsarc)

    assert unregistered_packages() == ["two"]


def test_a_second_revision_gets_an_address_of_its_own(shelf, jsarc):
    write_package(shelf / "one")
    write_package(shelf / "two", revision="2")
    register_test_set(package="one", by=jsarc)

    assert register_test_set(package="two", by=jsarc).slug == "tiny-2"


def test_the_same_content_is_registered_once(shelf, jsarc):
    write_package(shelf / "one")
    shutil.copytree(shelf / "one", shelf / "copy")
    register_test_set(package="one", by=jsarc)

    with pytest.raises(InvalidInputError, match="registered already") as caught:
        register_test_set(package="copy", by=jsarc)
    assert caught.value.field == "package"
    assert TestSet.objects.count() == 1


def test_a_changed_table_is_named_without_saying_where_the_package_lies(sign_in, shelf, jsarc):
    write_package(shelf / "one")
    (shelf / "one" / "samples.csv").write_text("changed")

    page = sign_in(jsarc).post("/test-sets/register/", {"package": "one"}).content.decode()

    assert "The package cannot be used. In samples.csv" in page
    assert str(shelf) not in page
    assert not TestSet.objects.exists()


@pytest.mark.parametrize("name", ["missing", "../tiny", "/etc", "", "."])
def test_a_name_that_is_no_package_is_refused(shelf, jsarc, name):
    write_package(shelf.parent / "tiny")

    with pytest.raises(InvalidInputError, match="no test-set package"):
        register_test_set(package=name, by=jsarc)


def test_photographs_without_landmarks_wait_for_a_detector(shelf, jsarc, settings):
    write_package(shelf / "photos", image_kind="photograph")

    with pytest.raises(InvalidInputError, match="ASSAY_DETECTOR"):
        register_test_set(package="photos", by=jsarc)
    settings.ASSAY_DETECTOR = "detector.onnx"
    assert register_test_set(package="photos", by=jsarc).needs_detector


def test_photographs_that_ask_for_nothing_but_detection_wait_for_no_detector(shelf, jsarc):
    faces = NewDetection("faces", "Faces", [NewFace("s0", (3.0, 4.0, 50.0, 60.0))])
    write_package(shelf / "scenes", image_kind="photograph", protocols=[faces])
    pairs = NewPairs("pairs", "Pairs", [("s0", "s1", True, None), ("s0", "s2", False, None)])
    both = {"name": "both", "protocols": [faces, pairs]}
    write_package(shelf / "both", image_kind="photograph", **both)

    test_set = register_test_set(package="scenes", by=jsarc)
    with pytest.raises(InvalidInputError, match="ASSAY_DETECTOR"):
        register_test_set(package="both", by=jsarc)

    assert (test_set.tasks, test_set.needs_detector) == (["detection"], False)


def test_the_command_copies_a_package_in_and_registers_it(shelf, tmp_path):
    write_package(tmp_path / "elsewhere" / "tiny")
    words = io.StringIO()

    call_command("register_test_set", str(tmp_path / "elsewhere" / "tiny"), stdout=words)

    assert "Registered Tiny set as tiny: 4 samples of 2 subjects." in words.getvalue()
    assert (shelf / "tiny" / "manifest.json").is_file()
    assert [entry.name for entry in shelf.iterdir()] == ["tiny"]
    assert TestSet.objects.get().is_sequestered


def test_the_command_checks_every_image(shelf):
    write_package(shelf / "tiny")
    image = next((shelf / "tiny" / "images").rglob("*.png"))
    image.write_bytes(b"not an image")

    with pytest.raises(CommandError, match=image.name):
        call_command("register_test_set", str(shelf / "tiny"))
    assert not TestSet.objects.exists()


@pytest.mark.parametrize("what", ["missing", "another"])
def test_the_command_says_what_is_wrong(shelf, tmp_path, what):
    if what == "another":
        write_package(tmp_path / "tiny")
        write_package(shelf / "tiny", revision="2")

    words = {"missing": "manifest.json", "another": "Another package is called tiny"}
    with pytest.raises(CommandError, match=words[what]):
        call_command("register_test_set", str(tmp_path / "tiny"))
