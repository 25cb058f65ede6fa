"""One folder per subject, with and without gallery, probe and unknown."""

import pytest

from evaluation.errors import TestSetError
from evaluation.testsets.importers import import_set, read_identity_tree
from evaluation.testsets.new import NewIdentification


@pytest.fixture
def plant(plant):
    def make(*names):
        return plant({name: None if name.endswith(".png") else "text" for name in names}, "tree")

    return make


def bring(tree, tmp_path, details):
    return import_set(lambda: read_identity_tree(tree), tmp_path / "set", details())


def test_each_folder_is_a_subject(plant, tmp_path, details):
    tree = plant("bob/2.png", "ann/1.png", "bob/later/1.png", "bob/notes.txt", "bob/.hidden.png")
    test_set = bring(tree, tmp_path, details)
    assert [(one.sample, one.subject) for one in test_set.samples] == [
        ("ann/1.png", "ann"), ("bob/2.png", "bob"), ("bob/later/1.png", "bob"),
    ]  # fmt: skip
    assert [one.name for one in test_set.protocols] == ["all_pairs"]
    assert test_set.manifest.attributes == ()


def test_gallery_probe_and_unknown_become_roles_and_searches(plant):
    tree = plant(
        "gallery/ann/1.png", "gallery/ann/2.png", "probe/ann/1.png", "probe/bob/1.png",
        "unknown/x.png", "unknown/y.png", "unknown/cid/1.png",
    )  # fmt: skip
    source = read_identity_tree(tree, gallery_sizes=(1,))
    found = [(one.sample, one.subject, one.attributes["role"]) for one in source.samples]
    assert found == [
        ("gallery/ann/1.png", "ann", "gallery"),
        ("gallery/ann/2.png", "ann", "gallery"),
        ("probe/ann/1.png", "ann", "probe"),
        ("probe/bob/1.png", "bob", "probe"),
        ("unknown/x.png", "unknown/x.png", "unknown"),
        ("unknown/y.png", "unknown/y.png", "unknown"),
        ("unknown/cid/1.png", "unknown/cid", "unknown"),
    ]
    assert source.protocols == [
        NewIdentification(
            "identification",
            "Probes searched in the gallery",
            ["gallery/ann/1.png", "gallery/ann/2.png"],
            [
                *("probe/ann/1.png", "probe/bob/1.png"),
                *("unknown/x.png", "unknown/y.png", "unknown/cid/1.png"),
            ],
            (1,),
        )
    ]


def test_nobody_is_enrolled_and_unknown(plant, tmp_path, details):
    tree = plant("gallery/ann/1.png", "probe/ann/2.png", "unknown/ann/1.png")
    with pytest.raises(TestSetError) as caught:
        bring(tree, tmp_path, details)
    assert str(caught.value) == (
        f"{tree}/unknown/ann: 'ann' cannot be unknown: this subject is enrolled in "
        f"{tree}/gallery/ann"
    )


@pytest.mark.parametrize(
    ("names", "missing"),
    [
        (["gallery/ann/1.png"], "probe or unknown"),
        (["probe/ann/1.png"], "gallery"),
        (["gallery/ann/notes.txt", "probe/ann/1.png"], "gallery"),
    ],
)
def test_a_search_needs_a_gallery_and_probes(plant, tmp_path, details, names, missing):
    with pytest.raises(TestSetError, match=f"there is no image in {missing}$"):
        bring(plant(*names), tmp_path, details)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["ann/1.png", "bob.png"], "bob.png: this image lies outside any subject's folder"),
        (["gallery/ann/1.png", "x.png"], "x.png: this image lies outside any subject's folder"),
        (["gallery/1.png", "gallery/a/1.png"], "gallery/1.png: this image lies outside"),
        (["gallery/ann/1.png", "extra/1.png"], "extra: this folder stands beside gallery"),
        (["ann/1.png"], "all pairs of fewer than 2 samples"),
    ],
)
def test_a_tree_of_another_shape_is_refused(plant, tmp_path, details, names, message):
    with pytest.raises(TestSetError) as caught:
        bring(plant(*names), tmp_path, details)
    assert message in str(caught.value)
    assert not (tmp_path / "set").exists()


def test_an_undecodable_image_is_named(plant, tmp_path, details):
    tree = plant("ann/1.png", "ann/2.png")
    (tree / "ann" / "2.png").write_bytes(b"broken")
    with pytest.raises(TestSetError, match=r"ann/2.png: sample 'ann/2.png': .*cannot be decoded"):
        bring(tree, tmp_path, details)


def test_a_linked_image_or_folder_does_not_lead_out(plant, tmp_path, details, crop):
    tree = plant("ann/1.png", "ann/2.png")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "x.png").write_bytes(crop(9))
    (tree / "ann" / "3.png").symlink_to(outside / "x.png")
    with pytest.raises(TestSetError, match=r"3.png: a symbolic link leads out"):
        bring(tree, tmp_path, details)
    (tree / "ann" / "3.png").unlink()
    (tree / "bob").symlink_to(outside)
    with pytest.raises(TestSetError, match="bob: a symbolic link to a folder is not followed"):
        bring(tree, tmp_path, details)


def test_a_missing_tree_is_refused(tmp_path, details):
    with pytest.raises(TestSetError, match="there is no such folder"):
        bring(tmp_path / "none", tmp_path, details)
