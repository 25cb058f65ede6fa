"""Verification reports every problem, each at its line."""

import hashlib

from evaluation.testsets import ImageKind, NewAllPairs, NewPairs, NewSample, verify_test_set


def test_a_sound_package_has_no_problem(write):
    counted = []
    assert verify_test_set(write().root, lambda done, total: counted.append((done, total))) == []
    assert counted == [(number, 6) for number in range(1, 7)]


def test_every_wrong_image_is_reported_with_its_line(write, crop):
    test_set = write()
    (test_set.root / test_set.samples[1].file).write_bytes(crop(99))
    (test_set.root / test_set.samples[4].file).unlink()
    problems = verify_test_set(test_set.root)
    assert [problem.line for problem in problems] == [3, 6]
    assert {problem.path for problem in problems} == {test_set.root / "samples.csv"}
    assert "its SHA-256 differs" in problems[0].message
    assert "missing" in problems[1].message
    assert str(problems[1]).startswith(f"{test_set.root / 'samples.csv'}, line 6: images/")


def test_an_image_of_right_hash_that_cannot_be_decoded_is_reported(write):
    root = write().root
    sample = write(root.parent / "again").samples[0]
    (root / sample.file).write_bytes(b"no image")
    digest = hashlib.sha256(b"no image").hexdigest()
    table = (root / "samples.csv").read_text()
    old = hashlib.sha256(table.encode()).hexdigest()
    table = table.replace(sample.sha256, digest)
    (root / "samples.csv").write_text(table)
    manifest = (root / "manifest.json").read_text()
    new = hashlib.sha256(table.encode()).hexdigest()
    (root / "manifest.json").write_text(manifest.replace(old, new))
    [problem] = verify_test_set(root)
    assert problem.line == 2
    assert "cannot be decoded" in problem.message


def test_an_image_of_the_wrong_size_for_its_kind_is_reported(write, crop):
    samples = [NewSample(f"s{i}", crop(i, size=60), ".png", f"p{i // 2}") for i in range(3)]
    test_set = write(samples=samples, image_kind=ImageKind.PHOTOGRAPH)
    path = test_set.root / "manifest.json"
    path.write_text(path.read_text().replace("photograph", "aligned"))
    problems = verify_test_set(test_set.root)
    assert [problem.line for problem in problems] == [2, 3, 4]
    assert all("112x112 px, this image is 60x60" in problem.message for problem in problems)


def test_a_file_that_no_table_names_is_reported(write):
    root = write().root
    (root / "images" / "extra.jpg").touch()
    [problem] = verify_test_set(root)
    assert (problem.path, problem.line) == (root / "images" / "extra.jpg", None)
    assert problem.message == "this file is named by no table"


def test_a_wrong_table_is_one_problem_with_its_place(write):
    root = write().root
    (root / "protocols" / "pairs.csv").write_text("reference,probe,mated\n")
    [problem] = verify_test_set(root)
    assert problem.path == root / "protocols" / "pairs.csv"
    assert "changed" in problem.message


def shared_image(crop, subjects):
    """Samples that are all of one image, and one of another."""
    same = [NewSample(f"s{i}", crop(1), ".png", subject) for i, subject in enumerate(subjects)]
    return [*same, NewSample("other", crop(2), ".png", "p0")]


def test_an_image_under_two_subjects_opens_and_is_reported_with_both_lines(write, crop):
    samples = shared_image(crop, ["p0", "p1", "p0", "p1"])
    test_set = write(samples=samples, protocols=[NewAllPairs("all_pairs", "All pairs")])

    problems = verify_test_set(test_set.root)

    assert [(problem.path.name, problem.line) for problem in problems] == [
        ("samples.csv", 3),
        ("samples.csv", 5),
    ]
    assert problems[0].message == (
        "the image of sample 's1', subject 'p1', is also that of subject 'p0' on line 2"
    )
    assert not any(problem.is_fatal for problem in problems)


def test_an_image_twice_of_one_subject_is_no_problem(write, crop):
    samples = shared_image(crop, ["p0", "p0"])
    test_set = write(samples=samples, protocols=[NewAllPairs("all_pairs", "All pairs")])

    assert verify_test_set(test_set.root) == []


def test_an_image_under_two_inferred_subjects_is_no_problem(write, crop):
    samples = shared_image(crop, ["p0", "p1"])
    pairs = NewPairs("pairs", "Pairs", [("s0", "other", True, None), ("s1", "other", False, None)])
    test_set = write(samples=samples, protocols=[pairs], subjects_known=False)

    assert verify_test_set(test_set.root) == []


def test_what_hinders_a_measurement_is_reported_first(write, crop):
    samples = shared_image(crop, ["p0", "p1"])
    test_set = write(samples=samples, protocols=[NewAllPairs("all_pairs", "All pairs")])
    (test_set.root / test_set.samples[2].file).unlink()

    assert [problem.is_fatal for problem in verify_test_set(test_set.root)] == [True, False]
