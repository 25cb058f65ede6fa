"""Templates: what is written is what is read, and every fault has its line."""

import pytest

from evaluation.errors import TestSetError
from evaluation.testsets import NewSample, NewTemplatePairs
from evaluation.testsets.manifest import Pooling
from tests.evaluation.testsets.changing import change, line_wrong, require_refused

TRIALS, MEMBERS = "protocols/t.csv", "protocols/t.templates.csv"
# The fixture's samples s0 to s5 are of the subjects p0, p0, p1, p1, p2 and p2.
LISTED = [
    ("b", "s1", "video"),
    ("a", "s3", "photo"),
    ("b", "s0", "video"),
    ("b", "s1x", "photo"),
    ("c", "s2", "photo"),
]


@pytest.fixture
def people(crop):
    """Seven samples, three of them of p0."""
    subjects = {"s0": "p0", "s1": "p0", "s1x": "p0", "s2": "p1", "s3": "p1", "s4": "p2"}
    return [
        NewSample(name, crop(number), ".png", subject, None, {"detector_score": "0.5"})
        for number, (name, subject) in enumerate(subjects.items())
    ]


def make_templates(members=LISTED, reference=("b", "a", "c"), probe=("a", "c", "b"), weigh=False):
    pooling = Pooling(weigh_by_detector_score=weigh)
    return NewTemplatePairs("t", "T", members, reference, probe, pooling)


@pytest.fixture
def root(write, people):
    return write(samples=people, protocols=[make_templates()]).root


def test_members_are_sorted_by_template_then_medium_then_sample(write, people):
    protocol = write(samples=people, protocols=[make_templates()]).protocol("t")

    assert protocol.template_names == ("b", "a", "c")
    assert protocol.member_template.tolist() == [0, 0, 0, 1, 2]
    assert protocol.member_sample.tolist() == [0, 1, 2, 4, 3]
    media = protocol.member_media.tolist()
    assert media[0] == media[1]
    assert len(set(media)) == 4
    assert protocol.template_subject.tolist() == [0, 1, 1]
    assert protocol.pooling == Pooling()


def test_trials_are_mated_where_the_subjects_of_the_templates_agree(write, people):
    protocol = write(samples=people, protocols=[make_templates()]).protocol("t")

    assert protocol.reference.tolist() == [0, 1, 2]
    assert protocol.probe.tolist() == [1, 2, 0]
    assert protocol.mated.tolist() == [False, True, False]


def test_a_medium_of_the_same_name_in_another_template_is_another_medium(write, people):
    members = [("a", "s0", "1"), ("b", "s2", "1")]
    new = make_templates(members, ("a",), ("b",))

    media = write(samples=people, protocols=[new]).protocol("t").member_media.tolist()

    assert media[0] != media[1]


def test_the_switches_of_pooling_are_kept(write, people):
    new = make_templates(weigh=True)
    test_set = write(samples=people, protocols=[new], attributes=("detector_score",))

    assert test_set.protocol("t").pooling == Pooling(weigh_by_detector_score=True)


WRONG_TRIALS = [
    (1, "mated", "same", "the header must be reference,probe,mated"),
    (2, "0,1,0", "0,9,0", "the trial names an unknown template"),
    (3, "1,2,1", "1,1,1", "the trial compares a template with itself"),
    (3, "1,2,1", "1,2,2", "mated is neither 0 nor 1"),
    (3, "1,2,1", "1,2,0", "mated contradicts the templates' subjects"),
    (4, "2,0,0", "2,0,1", "mated contradicts the templates' subjects"),
    (4, "2,0,0", "2,0", "the line has 2 fields instead of 3"),
    (4, "2,0,0", "2,-1,0", "the line holds something else than whole numbers"),
]


@pytest.mark.parametrize(("line", "old", "new", "message"), WRONG_TRIALS)
def test_a_wrong_trial_is_named(root, line, old, new, message):
    change(root, TRIALS, line_wrong(line, old, new))
    require_refused(root, TRIALS, line, message)


# The table: 0,b,s1,0 / 1,a,s3,1 / 0,b,s0,0 / 0,b,s1x,2 / 2,c,s2,3
WRONG_MEMBERS = [
    (1, "media", "video", "there is no column 'media'"),
    (2, "0,b", "1,b", "template 1 comes before template 0"),
    (3, "1,a", "x,a", "template is 'x', not a whole number"),
    (3, ",s3,", ",s9,", "sample 's9' is not in samples.csv"),
    (3, ",1", ",-1", "media is '-1', not a whole number"),
    (3, "1,a", "1,", "name is empty"),
    (3, "1,a", "1,b", "template 1 is not always named 'b', or another is"),
    (4, "0,b", "0,x", "template 0 is not always named 'x', or another is"),
    (4, "0,b", "0,a", "template 0 is not always named 'a', or another is"),
    (4, "s0", "s2", "template 0 shows two subjects"),
    (4, "s0", "s1", "template 0 holds this sample twice"),
    (6, "2,c", "3,c", "template 3 comes before template 2"),
]


@pytest.mark.parametrize(("line", "old", "new", "message"), WRONG_MEMBERS)
def test_a_wrong_member_is_named(root, line, old, new, message):
    change(root, MEMBERS, line_wrong(line, old, new))
    require_refused(root, MEMBERS, line, message)


def test_the_line_is_right_after_a_blank_one(root):
    change(root, MEMBERS, lambda text: text.replace("0,b,s0,0", "\n0,b,s2,0"))
    document = (root / "manifest.json").read_text()
    (root / "manifest.json").write_text(document.replace('"rows": 6', '"rows": 5', 1))
    require_refused(root, MEMBERS, 5, "template 0 shows two subjects")


@pytest.mark.parametrize("file", [TRIALS, MEMBERS])
def test_a_line_too_many_is_refused(root, file):
    change(root, file, lambda text: text, rehash=True)
    path = root / "manifest.json"
    rows = 3 if file == TRIALS else 5
    path.write_text(path.read_text().replace(f'"rows": {rows}', '"rows": 4', 1))
    require_refused(root, file, None, f"{rows} rows instead of the 4")


@pytest.mark.parametrize(
    ("new", "message"),
    [
        (make_templates([("a", "s9", "m")]), "member 1: there is no sample 's9'"),
        (make_templates([*LISTED, ("a", "s0", "m")]), "template 'a' shows two subjects"),
        (make_templates([*LISTED, ("b", "s1", "m")]), "template 0 holds this sample twice"),
        (make_templates(reference=("b",)), "references and probes differ in number"),
        (make_templates(reference=("b", "a", "x")), "there is no template 'x'"),
        (make_templates(reference=("b", "c", "c")), "trial 2: it compares a template with itself"),
        (make_templates(reference=(), probe=()), "t.csv would be empty"),
        (make_templates([], (), ()), "t.templates.csv would be empty"),
    ],
)
def test_wrong_templates_are_not_written(write, tmp_path, people, new, message):
    with pytest.raises(TestSetError) as caught:
        write(samples=people, protocols=[new])
    assert message in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_weights_that_are_no_numbers_are_found_when_the_set_is_opened(write, people):
    new = make_templates(weigh=True)
    root = write(samples=people, protocols=[new], attributes=("detector_score",)).root
    change(root, "samples.csv", line_wrong(4, "0.5", "sure"))
    require_refused(root, "samples.csv", 4, "detector_score is 'sure', not a finite number")


def test_weights_need_their_attribute(write, people):
    with pytest.raises(TestSetError, match="detector_score is ''"):
        write(samples=people, protocols=[make_templates(weigh=True)])
