"""The models that do not recognise, run by the harness on people nobody was taught."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from evaluation.card import load_card, parse_card
from evaluation.pipeline import RunSettings, run_evaluation
from evaluation.testsets import ImageKind, NewPairs, NewQuality, NewSample, open_test_set
from fixtures.faces.conditions import portrait_conditions, street_conditions
from fixtures.faces.people import make_person
from fixtures.faces.picture import draw_crop
from fixtures.faces.scene import encode
from fixtures.faces.sets import PORTRAITS, SCENES, Drawn, build_set
from fixtures.faces.sets.attacks import ATTACKS
from models import learn_liveness, learn_quality, liveness, quality

SEED = 20_261_201

pytestmark = [pytest.mark.slow, pytest.mark.sandbox]


def draw_mixed(plan, number):
    """Three portraits and three pictures of the street of one person, as crops."""
    made = []
    for sample in range(6):
        maker = (portrait_conditions, street_conditions)[sample % 2]
        conditions = maker(plan.seed, number, sample)
        picture = draw_crop(make_person(plan.seed, number), conditions).picture
        file = encode(picture, conditions.jpeg_quality)
        made.append(NewSample(f"{number}-{sample}", file, ".jpg", f"p{number}"))
    return Drawn(made)


def mixed_protocols(plan, pieces):
    names = [sample.sample for piece in pieces for sample in piece.samples]
    rows = [
        (names[i], names[j], i // 6 == j // 6, None)
        for i in range(len(names))
        for j in range(i + 1, len(names))
    ]
    return [NewPairs("pairs", "All", rows), NewQuality("quality", "By quality", "pairs")]


MIXED = replace(
    PORTRAITS,
    image_kind=ImageKind.ALIGNED,
    n_subjects=16,
    attributes=(),
    draw=draw_mixed,
    protocols=mixed_protocols,
)


@pytest.fixture(scope="module")
def measured(shelf, tmp_path_factory):
    """Run one reference model on a small set drawn from a seed of its own."""

    def run(name, plan, protocol):
        folder = tmp_path_factory.mktemp(name)
        with ThreadPoolExecutor(1) as pool:
            build_set(replace(plan, seed=SEED), folder / "set", pool=pool)
        recogniser = (shelf["cnn"].model_path.read_bytes(), load_card(shelf["cnn"].card_path))
        return run_evaluation(
            test_set=open_test_set(folder / "set"),
            model=shelf[name].model_path.read_bytes(),
            card=load_card(shelf[name].card_path),
            workdir=folder / "run",
            protocols=[protocol],
            settings=RunSettings(
                threads=1, replicates=1000, throughput_seconds=0, recogniser=recogniser
            ),
        )

    return run


def test_the_attack_model_tells_every_kind_of_attack_from_live_faces_but_not_always(measured):
    (found,) = measured("liveness", replace(ATTACKS, n_subjects=14), "attacks").presentation_attack
    assert found.is_recommended
    assert found.auc > 0.8
    assert found.bpcer.value < 0.4
    assert max(each.apcer.value for each in found.species) < 0.6
    assert found.acer > 0  # none of the reference models is perfect


def test_recognition_errs_less_when_pictures_of_low_quality_are_left_out(measured):
    (found,) = measured("quality", MIXED, "quality").quality
    point = max(found.points, key=lambda point: point.points[0].fnmr.value)
    falls = [discard.fnmr.value for discard in point.points]
    assert falls[0] > 0.01
    assert falls[-1] < 0.9 * falls[0]
    assert point.areas[-1].normalised < 1


def test_the_detector_finds_most_faces_and_their_landmarks(measured):
    (found,) = measured("detector", replace(SCENES, n_subjects=14), "faces").detection
    assert found.average_precision > 0.6
    assert found.false_positives_per_image.value < 2
    assert found.landmarks is not None
    assert found.landmarks.median < 0.5


def test_learning_to_tell_attacks_twice_gives_equal_weights_that_separate_what_was_shown():
    rng = np.random.default_rng(5)
    live = rng.integers(90, 160, size=(6, 40, 40, 3)).astype(np.uint8)
    shown = np.clip(live + 40 * (np.arange(40) % 2)[:, None, None], 0, 255).astype(np.uint8)
    seen = SimpleNamespace(
        pictures=np.concatenate([live, shown]),
        boxes=np.tile([10.0, 10.0, 20.0, 20.0], (12, 1)),
        species=("",) * 6 + ("print",) * 6,
    )
    weights, bias = learn_liveness.learned(seen)
    again, bias_again = learn_liveness.learned(seen)
    assert (weights.tobytes(), bias) == (again.tobytes(), bias_again)


def test_the_logistic_rule_is_where_its_loss_has_no_slope():
    rng = np.random.default_rng(6)
    rows = np.column_stack([rng.normal(size=(50, 3)), np.ones(50)])
    is_live = rows[:, 0] + rng.normal(size=50) > 0.5
    weights = learn_liveness.logistic(rows, is_live)

    def loss(weights):
        total = 0.0
        for row, live in zip(rows, is_live, strict=True):
            of_class = is_live.mean() if live else 1 - is_live.mean()
            likely = 1 / (1 + np.exp(-float(row @ weights)))
            total -= 0.5 / of_class * np.log(likely if live else 1 - likely)
        return total + 0.5 * learn_liveness.PENALTY * float((weights[:-1] ** 2).sum())

    for axis in np.eye(4):
        assert loss(weights) < min(loss(weights + 0.01 * axis), loss(weights - 0.01 * axis))


def test_learning_quality_twice_gives_equal_weights():
    crops = np.random.default_rng(7).integers(0, 256, size=(6, 112, 112, 3)).astype(np.uint8)
    subjects = np.array([0, 0, 0, 1, 1, 1])
    weights, bias = learn_quality.learned(crops, subjects)
    again, bias_again = learn_quality.learned(crops, subjects)
    assert (weights.tobytes(), bias) == (again.tobytes(), bias_again)


def test_likeness_is_the_mean_cosine_with_the_others_of_the_same_person(embed):
    coarse = np.random.default_rng(8).integers(0, 256, size=(3, 7, 4, 3)).astype(np.uint8)
    halves = coarse.repeat(16, axis=1).repeat(14, axis=2)
    crops = np.concatenate([halves, halves[:, :, ::-1]], axis=2)  # each its own mirror image
    sums = embed("cnn", crops)[1].astype(float)
    units = sums / np.linalg.norm(sums, axis=1, keepdims=True)
    likeness = learn_quality.likeness_to_own(crops, np.zeros(3, dtype=np.int64))
    for i in range(3):
        cosines = [units[i] @ units[j] for j in range(3) if j != i]
        assert likeness[i] == pytest.approx(sum(cosines) / 2, abs=2e-3)


def test_attack_and_quality_models_look_at_texture_alone():
    for module in (liveness, quality):
        with np.load(module.WEIGHTS, allow_pickle=False) as stored:
            assert stored["weights"].shape == (119,)
        assert parse_card(module.CARD).input.color == "RGB"
