"""Verification reports every problem, each at its line."""

import hashlib

from evaluation.testsets import ImageKind, NewSample, verify_test_set


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
