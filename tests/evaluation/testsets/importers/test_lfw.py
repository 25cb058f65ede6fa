"""The layout of Labeled Faces in the Wild, in each form that is published."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.errors import TestSetError
from evaluation.testsets import open_test_set
from evaluation.testsets.importers import Further, import_set, read_lfw
from evaluation.testsets.importers.lfw import read_pairs_txt

TWO_FOLDS = [
    "2\t1",
    "Ann_Lee\t1\t2",
    "Ann_Lee\t1\tBob\t1",
    "Bob\t1\t3",
    "Bob\t3\tCid\t10",
]


@pytest.fixture
def tree(tmp_path, crop):
    root = tmp_path / "lfw"
    for number, (person, image) in enumerate(
        [("Ann_Lee", 1), ("Ann_Lee", 2), ("Bob", 1), ("Bob", 3), ("Cid", 10), ("Dan", 1)]
    ):
        (root / person).mkdir(parents=True, exist_ok=True)
        (root / person / f"{person}_{image:04d}.png").write_bytes(crop(number, size=60))
    return root


@pytest.fixture
def bring(tree, pairs_file, tmp_path, details):
    def make(further=None, **options):
        path = pairs_file(TWO_FOLDS)
        return import_set(
            lambda: read_lfw(tree, path, **options), tmp_path / "set", details(), further=further
        )

    return make


@pytest.fixture
def pairs_file(tmp_path):
    def make(lines, end="\n"):
        path = tmp_path / "pairs.txt"
        path.write_bytes(end.join([*lines, ""]).encode())
        return path

    return make


def test_folds_trials_and_people_are_those_of_the_files(tree, bring):
    test_set = bring()
    names = [sample.sample for sample in test_set.samples]
    assert names == ["Ann_Lee_0001", "Ann_Lee_0002", "Bob_0001", "Bob_0003", "Cid_0010"]
    assert [sample.subject for sample in test_set.samples] == ["Ann_Lee"] * 2 + ["Bob"] * 2 + [
        "Cid"
    ]
    pairs = test_set.protocol("pairs")
    trials = [(names[r], names[p]) for r, p in zip(pairs.reference, pairs.probe, strict=True)]
    assert trials == [
        ("Ann_Lee_0001", "Ann_Lee_0002"),
        ("Ann_Lee_0001", "Bob_0001"),
        ("Bob_0001", "Bob_0003"),
        ("Bob_0003", "Cid_0010"),
    ]
    assert pairs.mated.tolist() == [True, False, True, False]
    assert pairs.fold.tolist() == [0, 0, 1, 1]
    bob = (tree / "Bob" / "Bob_0003.png").read_bytes()
    assert test_set.read_image(3) == bob


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_a_byte_order_mark_change_nothing(pairs_file, end, mark):
    path = pairs_file([mark + TWO_FOLDS[0], *TWO_FOLDS[1:]], end)
    assert [(one.line, one.mated, one.fold) for one in read_pairs_txt(path)] == [
        (2, True, 0), (3, False, 0), (4, True, 1), (5, False, 1),
    ]  # fmt: skip


VIEW_1 = ["2", "A\t1\t2", "B\t1\t2", "A\t1\tB\t1", "B\t2\tC\t1"]


def test_view_1_has_one_block_and_no_folds(pairs_file):
    trials = read_pairs_txt(pairs_file(VIEW_1))
    assert [one.mated for one in trials] == [True, True, False, False]
    assert {one.fold for one in trials} == {None}


def test_one_block_can_be_cut_into_folds_in_file_order(pairs_file):
    trials = read_pairs_txt(pairs_file(VIEW_1), folds=2)
    assert [one.fold for one in trials] == [0, 1, 0, 1]


@given(st.integers(1, 5), st.integers(1, 6))
def test_every_fold_has_its_mated_pairs_before_its_non_mated(tmp_path_factory, folds, size):
    lines = [f"{folds}\t{size}"]
    for fold in range(folds):
        lines += [f"M{fold}\t{i + 1}\t{i + 2}" for i in range(size)]
        lines += [f"N{fold}\t{i + 1}\tO\t1" for i in range(size)]
    path = tmp_path_factory.mktemp("pairs") / "pairs.txt"
    path.write_text("\n".join(lines))
    trials = read_pairs_txt(path)
    assert len(trials) == 2 * folds * size
    for one in trials:
        assert one.reference[0] == f"{'M' if one.mated else 'N'}{one.fold if folds > 1 else 0}"


@pytest.mark.parametrize(
    ("lines", "line", "message"),
    [
        ([], None, "the file is empty"),
        (["ten\t300"], 1, "the first line must hold the number of pairs"),
        (["0"], 1, "the first line must hold the number of pairs"),
        (["1\t2\t3"], 1, "the first line must hold the number of pairs"),
        (["2\t1", *TWO_FOLDS[1:4]], 1, "3 pairs follow, but this line promises 4"),
        ([*TWO_FOLDS, "A\t1\t2"], 1, "5 pairs follow, but this line promises 4"),
        (["1", "A\t1\tB\t1", "A\t1\tB\t1"], 2, "a mated pair needs 3 fields here, not 4"),
        (["1", "A\t1\t2", "A\t1\t2"], 3, "a non-mated pair needs 4 fields here, not 3"),
        (["1", "A\t1\tx", "A\t1\tB\t1"], 2, "the number of an image is not a whole number"),
        (["1", "A\t1\t0", "A\t1\tB\t1"], 2, "the number of an image is not a whole number"),
        (["1", "A\t1\t1", "A\t1\tB\t1"], 2, "compares an image with itself"),
        (["1", "A\t1\t2", "A\t1\tA\t2"], 3, "a non-mated pair names 'A' twice"),
        (["1", "..\t1\t2", "A\t1\tB\t1"], 2, "would lead out of the tree"),
        (["1", "A\t1\t2", "A\t1\t../B\t1"], 3, "would lead out of the tree"),
        (["1", "A\t1\t2", "A\t1\tB/C\t1"], 3, "would lead out of the tree"),
    ],
)
def test_a_wrong_line_is_named(pairs_file, lines, line, message):
    with pytest.raises(TestSetError) as caught:
        read_pairs_txt(pairs_file(lines))
    assert message in caught.value.message
    assert caught.value.line == line


def test_folds_are_not_cut_where_the_file_has_its_own(pairs_file):
    with pytest.raises(TestSetError, match="has 2 folds of its own"):
        read_pairs_txt(pairs_file(TWO_FOLDS), folds=2)


def test_folds_must_be_equal(pairs_file):
    with pytest.raises(TestSetError, match="2 pairs cannot be cut into 3 equal folds"):
        read_pairs_txt(pairs_file(VIEW_1), folds=3)


def test_a_missing_image_is_named_with_its_line(tree, bring, tmp_path):
    (tree / "Bob" / "Bob_0003.png").unlink()
    with pytest.raises(TestSetError, match=r"pairs.txt, line 4: there is no image Bob/Bob_0003"):
        bring()
    assert not (tmp_path / "set").exists()


def test_an_image_that_cannot_be_decoded_is_named_with_its_line(tree, bring):
    (tree / "Cid" / "Cid_0010.png").write_bytes(b"broken")
    with pytest.raises(TestSetError, match=r"line 5: sample 'Cid_0010': .*cannot be decoded"):
        bring()


def test_a_link_out_of_the_tree_is_refused(tree, bring, tmp_path, crop):
    (tmp_path / "secret.png").write_bytes(crop())
    image = tree / "Bob" / "Bob_0003.png"
    image.unlink()
    image.symlink_to(tmp_path / "secret.png")
    with pytest.raises(TestSetError, match=r"line 4: .*symbolic link leads out"):
        bring()


def test_all_images_adds_those_without_a_pair(bring, tmp_path):
    bring(all_images=True, further=Further(all_pairs=True))
    test_set = open_test_set(tmp_path / "set")
    assert [sample.sample for sample in test_set.samples][-1] == "Dan_0001"
    assert len(test_set.samples) == 6
    assert [protocol.name for protocol in test_set.protocols] == ["pairs", "all_pairs"]


def test_all_images_refuses_a_file_that_is_named_after_somebody_else(tree, bring, crop):
    (tree / "Dan" / "Bob_0007.png").write_bytes(crop(60))
    with pytest.raises(TestSetError, match=r"Bob_0007.png: the file's name is not Dan_"):
        bring(all_images=True)
