"""Real models answer alike while they are timed, also one whose quantisation sees the batch."""

import pytest

from evaluation.card import load_card
from evaluation.pipeline import RunSettings
from evaluation.pipeline.measuring import speed_of
from evaluation.testsets import ImageKind, NewAllPairs, NewSample, write_test_set

pytestmark = [pytest.mark.real, pytest.mark.sandbox, pytest.mark.slow]

N = 48
FACE = (75.0, 75.0, 100.0, 100.0)  # LFW's photographs show it in the middle of 250 x 250 pixels
FOLDERS = {"aligned": "aligned", "photograph": "images"}
MEASURED = (
    *(("mobileface_v1", "aligned", size) for size in (1, 16)),
    *(("mobileface_v3", "aligned", size) for size in (1, 16, 32)),
    ("mobilefacenet_foamliu", "aligned", 16),
    ("lightqnet_dm050", "aligned", 1),
    *(("minifasnet_v2", "photograph", size) for size in (1, 32)),
    *(("minifas128_int8", "photograph", size) for size in (1, 4, 32)),
    ("yunet_n", "photograph", 1),
    ("ultralight_rfb320", "photograph", 1),
)


@pytest.fixture(scope="session")
def few_images(real_dir, tmp_path_factory):
    """Test sets of a few of LFW's crops, and of its photographs."""

    def make(kind):
        folder = real_dir / "data" / "lfw_view1_test" / FOLDERS[kind]
        files = sorted(path for path in folder.rglob("*") if path.is_file())[:N]
        box = FACE if kind == "photograph" else None
        return write_test_set(
            tmp_path_factory.mktemp(kind) / "set",
            name="few",
            title="A few of LFW's images",
            image_kind=ImageKind(kind),
            samples=[
                NewSample(f"s{i}", file, file.suffix, f"p{i // 2}", box=box)
                for i, file in enumerate(files)
            ],
            protocols=[NewAllPairs("all", "All pairs")],
        )

    return {kind: make(kind) for kind in FOLDERS}


@pytest.mark.parametrize(("name", "kind", "size"), MEASURED)
def test_a_real_model_is_measured_and_not_found_out(real_dir, few_images, name, kind, size):
    models = real_dir / "models"
    settings = RunSettings(throughput_seconds=0.05, batch_size=size, score_batch_size=size)
    speed = speed_of(
        few_images[kind],
        (models / f"{name}.onnx").read_bytes(),
        load_card(models / f"{name}.json"),
        settings,
    )
    assert [one.scenario for one in speed.results] == ["offline"] * 2 + ["single_stream"] * 2
