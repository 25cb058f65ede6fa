"""Real children: whatever their number, the same bits."""

import numpy as np
import pytest

from evaluation.extraction import load_templates
from evaluation.pipeline import ExtractShard, RunSettings, extract_shard

pytestmark = pytest.mark.sandbox


@pytest.fixture
def crops(make_test_set, png):
    rng = np.random.default_rng(3)
    return make_test_set(
        images=[png(rng.integers(0, 256, (112, 112, 3), np.uint8)) for _ in range(70)]
    )


@pytest.mark.parametrize("threads", [2, 3])
def test_the_number_of_workers_does_not_show_in_the_templates(
    tmp_path, crops, tiny_model, tiny_card, threads
):
    groups = []

    def extract(rows, n):
        path = tmp_path / f"{n}-{rows.start}.npz"
        extract_shard(
            test_set=crops,
            model=tiny_model,
            card=tiny_card,
            shard=ExtractShard(rows),
            destination=path,
            settings=RunSettings(threads=n),
            on_start=groups.append,
        )
        return load_templates(path)

    one = extract(range(70), 1)
    assert len(groups) == 1
    parts = [extract(range(64), threads), extract(range(64, 70), threads)]
    assert len(set(groups)) == 1 + threads + 1, "a child for each worker that has a batch"
    several = np.concatenate([part.embeddings for part in parts])
    assert several.tobytes() == one.embeddings.tobytes()
    assert parts[0].child.layers == one.child.layers
    assert one.embeddings.any(axis=1).all()
