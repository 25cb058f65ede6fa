"""The evidence survives its file, holds nothing that names anybody, and refuses damage."""

import dataclasses
import json
import zipfile

import numpy as np
import pytest

from evaluation.comparison.storage import load_arrays, save_arrays
from evaluation.errors import ResultError
from evaluation.ranking import ModelEvidence, compare_models, load_evidence, save_evidence
from tests.evaluation.made_evidence import make_search_evidence


def same(a, b):
    if dataclasses.is_dataclass(a):
        return all(same(getattr(a, f.name), getattr(b, f.name)) for f in dataclasses.fields(a))
    if isinstance(a, np.ndarray):
        return np.array_equal(a, b) and a.dtype == b.dtype
    return a == b


@pytest.fixture
def evidence(make_model, make_streamed):
    listed, streamed = make_model("able", failing=0.1), make_streamed("able")
    searches = make_search_evidence("able", failing=0.1)
    return ModelEvidence(listed.identity, (*listed.trials, *streamed.trials, *searches.trials))


@pytest.fixture
def stored(evidence, tmp_path):
    save_evidence(tmp_path / "evidence.npz", evidence)
    return tmp_path / "evidence.npz"


def test_what_is_read_is_what_was_written(evidence, stored):
    read = load_evidence(stored)

    assert read.identity == evidence.identity
    assert len(read.trials) == 3
    assert all(same(a, b) for a, b in zip(read.trials, evidence.trials, strict=True))


def test_a_read_file_compares_like_the_evidence_itself(evidence, stored, make_model, make_streamed):
    bold = ModelEvidence(
        make_model("bold", 2).identity,
        (
            *make_model("bold", 2).trials,
            *make_streamed("bold", 2).trials,
            *make_search_evidence("bold", 2).trials,
        ),
    )

    assert compare_models([load_evidence(stored), bold]) == compare_models([evidence, bold])


def test_equal_evidence_gives_equal_bytes(evidence, stored, tmp_path):
    save_evidence(tmp_path / "again.npz", evidence)

    assert (tmp_path / "again.npz").read_bytes() == stored.read_bytes()


def test_there_are_no_scores_and_no_names_in_the_file(stored):
    with zipfile.ZipFile(stored) as archive, np.load(stored, allow_pickle=False) as arrays:
        kinds = {arrays[name.removesuffix(".npy")].dtype.kind for name in archive.namelist()}
        document = json.loads(arrays["document"].tobytes())

    assert kinds == {"u"}
    assert set(document) == {"schema_version", "identity", "trials"}
    assert set(document["trials"][0]) == {
        "protocol", "title", "seed", "replicates", "gallery_size", "points", "every_two",
        "n_trials",
    }  # fmt: skip


def names_of(path):
    with zipfile.ZipFile(path) as archive:
        return tuple(name.removesuffix(".npy") for name in archive.namelist())


def changed(path, **arrays):
    """The file with some of its arrays replaced by what a function makes of them."""
    held = load_arrays(path, names_of(path))
    save_arrays(path, {name: arrays.get(name, lambda a: a)(held[name]) for name in held})
    return path


def another_version(document):
    return np.frombuffer(document.tobytes().replace(b'_version":2', b'_version":3'), np.uint8)


def refused(path):
    with pytest.raises(ResultError, match=r"evidence\.npz holds no evidence of trials"):
        load_evidence(path)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("0_mated_errors", lambda a: a[:-1]),
        ("0_mated_errors", lambda a: a + 7),
        ("0_mated_trials", lambda a: a * 0),
        ("0_non_mated_subject", lambda a: a[:5]),
        ("0_non_mated_pair_a", lambda a: a[:-1]),
        ("0_non_mated_match_b", lambda a: a + 200),
        ("0_non_mated_match_point", lambda a: a + 50),
        ("0_non_mated_match_point", lambda a: a[:-1]),
        ("0_decided_match", lambda a: a[:-1]),
        ("0_decided_mated", lambda a: a[:-1]),
        ("1_non_mated_samples", lambda a: a[:-1]),
        ("2_mated_subject", lambda a: a[:0]),
        ("2_non_mated_errors", lambda a: a[:, :-1]),
        ("2_non_mated_errors", lambda a: a + 7),
        ("2_non_mated_trials", lambda a: a * 0),
        ("2_decided_completed", lambda a: a[:-1]),
        ("document", lambda a: a[:-1]),
        ("document", lambda a: another_version(a)),
    ],
)  # fmt: skip
def test_parts_that_do_not_fit_are_refused(stored, name, change):
    refused(changed(stored, **{name: change}))


def test_evidence_of_nobody_is_refused(stored):
    nobody = {f"2_mated_{name}": lambda a: a[:0] for name in ("subject", "trials", "errors")}

    refused(changed(stored, **nobody))


def test_a_missing_a_damaged_and_another_file_are_refused(stored, tmp_path):
    stored.write_bytes(stored.read_bytes()[:-200])
    refused(stored)
    save_arrays(stored, {"scores": np.zeros(3)})
    refused(stored)
    stored.unlink()
    refused(stored)


def test_pickles_are_never_opened(stored, tmp_path):
    class Spring:
        def __reduce__(self):
            return (tmp_path.joinpath("sprung").write_text, ("x",))

    with stored.open("wb") as file:
        np.savez(file, document=np.array([Spring()], dtype=object))

    refused(stored)
    assert not (tmp_path / "sprung").exists()


def test_a_file_that_cannot_be_written_leaves_the_old_one(evidence, stored, monkeypatch):
    before = stored.read_bytes()

    def full(*_):
        raise OSError("disk full")

    monkeypatch.setattr("evaluation.ranking.evidence_file.save_arrays", full)
    with pytest.raises(OSError, match="disk full"):
        save_evidence(stored, evidence)

    assert stored.read_bytes() == before
    assert list(stored.parent.iterdir()) == [stored]
