"""Every photograph searched for among all others, against an independent program's rank 1."""

import json

import pytest

LFW, ORL = "lfw_view1_test", "orl"
SEARCHED = [
    (model, name, kind)
    for model, kind in [
        ("mobilefacenet_foamliu", "crops"),
        ("mobileface_v3", "crops"),
        ("mobileface_v1", "marked"),
    ]
    for name in (LFW, ORL)
]


@pytest.mark.parametrize(("model", "name", "kind"), SEARCHED)
def test_rank_one_of_leaving_one_out_is_the_references(real_dir, real_run, model, name, kind):
    figures = json.loads((real_dir / "reference.json").read_text())["results"]
    expected = figures[f"verify|{model}|{name}"]["rank1_leave_one_out"]

    found = real_run(model, name, kind).result.identification[0]

    assert found.kind == "leave_one_out"
    gallery = found.galleries[0]
    assert gallery.gallery_size == {LFW: 963, ORL: 40}[name]
    assert (gallery.n_mated, gallery.n_non_mated) == {LFW: (947, 602), ORL: (400, 0)}[name]
    first = gallery.investigation[0]
    assert first.rank == 1
    assert 1 - first.fnir.errors / first.fnir.trials == pytest.approx(expected, abs=1e-12)
