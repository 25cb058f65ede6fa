"""Oracles: arrays built by hand, read back and compared to the bit."""

import numpy as np
import pytest

from evaluation.errors import ResultError
from evaluation.extraction import ChildFacts, Templates, concatenate, load_templates

CHILD = ChildFacts(0.25, 1 << 27, ("rlimits", "seccomp"), ("landlock",))


def templates(n=3, dim=2, **more):
    return Templates(
        np.arange(n * dim, dtype=np.float32).reshape(n, dim),
        np.zeros(n, np.bool_),
        ("",) * n,
        **more,
    )


def test_a_file_gives_back_what_was_saved(tmp_path):
    saved = Templates(
        np.array([[1.5, -2.25], [0, 0]], np.float32),
        np.array([False, True]),
        ("", "non_finite"),
        {"decode": 0.5},
        CHILD,
    )
    saved.save(tmp_path / "t.npz")
    loaded = load_templates(tmp_path / "t.npz")
    assert loaded.embeddings.tobytes() == saved.embeddings.tobytes()
    assert loaded.embeddings.dtype == np.float32
    assert loaded.failed.tolist() == [False, True]
    assert loaded.reasons == ("", "non_finite")
    assert loaded.stage_seconds == {"decode": 0.5}
    assert loaded.child == CHILD


def test_a_file_holds_no_pickle(tmp_path):
    templates().save(tmp_path / "t.npz")
    with np.load(tmp_path / "t.npz", allow_pickle=False) as archive:
        assert {archive[name].dtype.kind for name in archive.files} == {"f", "b", "U", "u"}


@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "flipped", "other"])
def test_a_damaged_file_is_an_error_that_names_it(tmp_path, damage):
    path = tmp_path / "t.npz"
    templates().save(path)
    content = bytearray(path.read_bytes())
    if damage == "missing":
        path.unlink()
    elif damage == "other":
        np.savez(path, something=np.zeros(3))
    else:
        content[len(content) // 6] ^= 0xFF
        path.write_bytes({"empty": b"", "cut": content[: len(content) // 2]}.get(damage, content))
    with pytest.raises(ResultError, match=r"t\.npz does not hold templates"):
        load_templates(path)


def test_shards_are_joined_in_order_and_times_added():
    joined = concatenate(
        [templates(1, stage_seconds={"infer": 1.0}), templates(2, stage_seconds={"infer": 2.0})]
    )
    assert joined.embeddings.tolist() == [[0, 1], [0, 1], [2, 3]]
    assert joined.stage_seconds == {"infer": 3.0}


def test_a_layer_counts_only_where_it_was_in_force_for_every_child():
    other = ChildFacts(0.5, 1 << 20, ("rlimits", "landlock"), ("seccomp",))
    child = concatenate([templates(child=CHILD), templates(child=other)]).child
    assert child == ChildFacts(0.5, 1 << 27, ("rlimits",), ("landlock", "seccomp"))


def test_shards_of_different_models_are_not_joined():
    with pytest.raises(ResultError, match="do not belong together"):
        concatenate([templates(dim=2), templates(dim=3)])
    with pytest.raises(ResultError, match="do not belong together"):
        concatenate([])
