"""Oracle: all scores sorted."""

from types import SimpleNamespace

import numpy as np
import pytest

from evaluation.card import Similarity
from evaluation.comparison import Bins, compare_all_pairs, counting, likely_tail
from evaluation.comparison.likely_tail import likely_bound
from evaluation.comparison.order import Order
from evaluation.comparison.search_scores import Vectors


def looked_at(templates, tail_size, rows=None):
    n = len(templates.failed)
    order = Order.of(np.arange(n), templates.subject_index, np.zeros(n, np.int64), 0)
    vectors = Vectors.of(templates.embeddings, Similarity.COSINE)
    bins = Bins.for_scores(Similarity.COSINE, longest=1.0)
    return likely_bound(vectors, order, bins, rows or range(n), tail_size), bins


def compare(templates, **options):
    n = len(templates.failed)
    return compare_all_pairs(
        templates,
        templates.subject_index,
        range(n),
        similarity=Similarity.COSINE,
        tail_size=500,
        **options,
    )


@pytest.fixture
def always_worthwhile(monkeypatch):
    monkeypatch.setattr(likely_tail, "WORTHWHILE", 0)


@pytest.mark.usefixtures("always_worthwhile")
@pytest.mark.parametrize("rows", [range(900), range(100, 130), range(600, 900)])
def test_a_guess_leaves_room_for_the_tail_and_for_little_else(make_templates, rows):
    templates = make_templates(1, 900, dim=32)
    everything = compare(templates)
    tail_size = 300

    bound, bins = looked_at(templates, tail_size, rows)

    i, j = np.triu_indices(900, 1)
    ours = (i >= rows.start) & (i < rows.stop)
    ours &= templates.subject_index[i] != templates.subject_index[j]
    unit = templates.embeddings / np.linalg.norm(templates.embeddings, axis=1, keepdims=True)
    reaching = np.sum(np.sum(unit[i[ours]] * unit[j[ours]], axis=1) >= bins.edge(bound - 1))
    assert everything.n_non_mated > ours.sum() or len(rows) == 900
    assert tail_size <= reaching < 3 * tail_size + 100


def test_few_comparisons_are_not_looked_at_first(make_templates):
    assert looked_at(make_templates(2, 100), 10)[0] == 1


@pytest.mark.usefixtures("always_worthwhile")
def test_where_the_tail_takes_everything_nothing_is_left_out(make_templates):
    assert looked_at(make_templates(3, 100), 4000)[0] == 1


@pytest.mark.usefixtures("always_worthwhile")
@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_few_samples_give_no_guess(n):
    templates = SimpleNamespace(
        embeddings=np.eye(n, 4, dtype=np.float32),
        failed=np.zeros(n, bool),
        subject_index=np.zeros(n, np.int32),
    )

    assert looked_at(templates, 1)[0] == 1


@pytest.mark.parametrize("guess", [1, 30_000, 40_000, 65_536])
def test_a_guess_does_not_show_even_where_it_is_too_high(make_templates, monkeypatch, guess):
    templates = make_templates(4, 300, dim=12, failing=0.05)
    plain = compare(templates)

    monkeypatch.setattr(counting, "likely_bound", lambda *_: guess)
    guessed = compare(templates, threads=2)

    for name in ("histogram", "mated_scores", "mated_i", "tail_scores", "tail_i", "tail_j"):
        assert getattr(guessed, name).tobytes() == getattr(plain, name).tobytes(), name
