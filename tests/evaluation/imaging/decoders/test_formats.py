"""Each format finds the faces that an independent encoder put into its maps."""

import numpy as np
import pytest

from evaluation.card import parse_card
from evaluation.errors import CardError, ModelFailureError
from evaluation.imaging.decoders import Scene, decode_faces
from tests.evaluation.imaging.decoders.encoders import FACES, MadeFace, retinaface, scrfd, yolo

WIDTH, HEIGHT = 320, 256


def card(decoder, **fields):
    document = {"name": "d", "task": "detection", "decoder": decoder, "input": {}}
    return parse_card(document | fields)


def found(outputs, decoder, minimum=0.5, **fields):
    return decode_faces(outputs, card(decoder, **fields), Scene(WIDTH, HEIGHT, minimum))


def assert_are(candidates, faces, *, landmarks=True):
    order = np.argsort(-candidates.scores)
    assert candidates.scores[order] == pytest.approx([face.score for face in faces], abs=1e-6)
    assert candidates.boxes[order] == pytest.approx(
        np.array([face.box for face in faces]).reshape(-1, 4), abs=1e-3
    )
    if not landmarks:
        assert candidates.landmarks is None
        return
    assert candidates.landmarks[order] == pytest.approx(
        np.array([face.points for face in faces]).reshape(-1, 5, 2), abs=1e-3
    )


@pytest.mark.parametrize("landmarks", [True, False])
@pytest.mark.parametrize("at", [0, 1, 2])
def test_scrfd_faces_come_back_from_every_stride(at, landmarks):
    assert_are(
        found(scrfd(FACES, WIDTH, HEIGHT, at=at, landmarks=landmarks), "scrfd"),
        FACES,
        landmarks=landmarks,
    )


@pytest.mark.parametrize("landmarks", [True, False])
def test_scrfd_with_five_strides_has_one_anchor_for_each_cell(landmarks):
    strides = (8, 16, 32, 64, 128)
    maps = scrfd(FACES, WIDTH, HEIGHT, strides=strides, anchors=1, at=1, landmarks=landmarks)
    assert_are(found(maps, "scrfd"), FACES, landmarks=landmarks)


def test_scrfd_maps_are_taken_in_the_order_that_the_card_names():
    maps = scrfd(FACES, WIDTH, HEIGHT)
    shuffled = dict(sorted(maps.items(), reverse=True))
    assert_are(found(shuffled, "scrfd", output_names=list(maps)), FACES)


def test_scrfd_maps_with_a_batch_axis_are_the_same():
    maps = {name: table[None] for name, table in scrfd(FACES, WIDTH, HEIGHT).items()}
    assert_are(found(maps, "scrfd"), FACES)


@pytest.mark.parametrize("landmarks", [True, False])
def test_retinaface_outputs_are_told_apart_by_their_width(landmarks):
    outputs = retinaface(FACES, WIDTH, HEIGHT, landmarks=landmarks)
    assert_are(found(outputs, "retinaface"), FACES, landmarks=landmarks)


def test_retinaface_priors_are_counted_up_where_a_side_is_no_multiple_of_a_stride():
    outputs = retinaface(FACES, 300, 201)
    scene = Scene(300, 201, 0.5)
    assert_are(decode_faces(outputs, card("retinaface"), scene), FACES)


def test_retinaface_priors_stand_on_the_card():
    one = {"strides": [64], "min_sizes": [[40]], "variances": [0.5, 1.0]}
    outputs = {
        "a": np.full((1, 20, 4), [0.1, 0.2, np.log(2), 0.0], np.float32),
        "b": np.tile(np.array([0.0, 0.0], np.float32), (1, 20, 1)),
    }
    outputs["b"][0, 6, 1] = 0.75  # second row, second column: centre (96, 96)
    candidates = found(outputs, "retinaface", priors=one, output_names=["a", "b"])
    # Centre 96 + 0.1 * 0.5 * 40 = 98 and 96 + 0.2 * 0.5 * 40 = 100; size 80 x 40.
    assert candidates.boxes.tolist() == [pytest.approx([58, 80, 80, 40])]


@pytest.mark.parametrize("boxes_across", [True, False])
@pytest.mark.parametrize("numbers", [5, 15, 16, 20])
def test_yolo_faces_come_back_from_each_published_length(numbers, boxes_across):
    outputs = yolo(FACES, numbers, boxes_across=boxes_across)
    assert_are(found(outputs, "yolo_face"), FACES, landmarks=numbers != 5)


def test_yolo_finds_its_output_among_others_by_name():
    outputs = {"proto": np.zeros((1, 3), np.float32), **yolo(FACES, 20)}
    assert_are(found(outputs, "yolo_face", output_names=["output0"]), FACES)
    assert_are(found(outputs, "yolo_face", output={"name": "output0"}), FACES)


SCORES = np.array([0.2, 0.9, 0.8], np.float32)
CORNERS = np.array([[0, 0, 9, 9], *((f.left, f.top, f.right, f.bottom) for f in FACES)], np.float32)
POINTS = np.array([np.zeros((5, 2)), *(f.points for f in FACES)], np.float32)


@pytest.mark.parametrize("shape", [(3,), (1, 3), (3, 1), (1, 3, 1)])
def test_decoded_boxes_are_taken_as_they_are(shape):
    outputs = {"scores": SCORES.reshape(shape), "boxes": CORNERS[None]}
    assert_are(found(outputs, "boxes"), FACES, landmarks=False)


@pytest.mark.parametrize("shape", [(3, 10), (1, 3, 10), (3, 5, 2), (1, 3, 5, 2)])
def test_decoded_landmarks_are_taken_as_they_are(shape):
    outputs = {"s": SCORES, "b": CORNERS, "p": POINTS.reshape(shape)}
    assert_are(found(outputs, "boxes", output_names=["s", "b", "p"]), FACES)


def test_no_box_at_all_is_no_face():
    outputs = {"scores": np.zeros((1, 0), np.float32), "boxes": np.zeros((1, 0, 4), np.float32)}
    assert_are(found(outputs, "boxes"), (), landmarks=False)


MADE = {
    "scrfd": scrfd(FACES, WIDTH, HEIGHT),
    "retinaface": retinaface(FACES, WIDTH, HEIGHT),
    "yolo_face": yolo(FACES, 20, boxes_across=False),
    "boxes": {"scores": SCORES, "boxes": CORNERS},
    "boxes01": {
        "scores": np.stack([1 - SCORES, SCORES], axis=1)[None],
        "boxes": (CORNERS / (WIDTH, HEIGHT, WIDTH, HEIGHT))[None].astype(np.float32),
    },
}


@pytest.mark.parametrize("decoder", MADE)
def test_a_minimum_above_all_scores_leaves_no_candidate(decoder):
    candidates = found(MADE[decoder], decoder, minimum=0.95)
    assert candidates.scores.size == 0
    assert candidates.boxes.shape == (0, 4)
    if candidates.landmarks is not None:
        assert candidates.landmarks.shape == (0, 5, 2)


@pytest.mark.parametrize("decoder", MADE)
def test_a_score_equal_to_the_minimum_is_kept(decoder):
    least = float(found(MADE[decoder], decoder).scores.min())
    assert found(MADE[decoder], decoder, minimum=least).scores.size == 2


@pytest.mark.parametrize("value", [np.nan, np.inf])
@pytest.mark.parametrize("decoder", MADE)
def test_numbers_that_are_none_are_refused_wherever_they_stand(decoder, value):
    of_first_stride = list(MADE[decoder])[:: 3 if decoder == "scrfd" else 1]
    for name in of_first_stride:
        spoilt = {**MADE[decoder], name: np.full_like(MADE[decoder][name], value)}
        with pytest.raises(ModelFailureError, match="OUTPUT-NOT-FINITE"):
            found(spoilt, decoder)


@pytest.mark.parametrize("decoder", MADE)
def test_an_output_with_a_missing_column_is_refused(decoder):
    for name, output in MADE[decoder].items():
        spoilt = {**MADE[decoder], name: output[..., :-1]}
        with pytest.raises(ModelFailureError, match="OUTPUT-SHAPE"):
            found(spoilt, decoder, output_names=list(MADE[decoder]))


@pytest.mark.parametrize("decoder", MADE)
def test_a_missing_output_is_refused(decoder):
    names = list(MADE[decoder])
    for missing in names:
        rest = {name: MADE[decoder][name] for name in names if name != missing}
        with pytest.raises(ModelFailureError, match=r"OUTPUT-(SHAPE|NAME)"):
            found(rest, decoder, **({} if decoder == "scrfd" else {"output_names": names}))


@pytest.mark.parametrize("decoder", MADE)
def test_whole_numbers_are_no_output_of_a_detector(decoder):
    spoilt = {name: output.astype(np.int64) for name, output in MADE[decoder].items()}
    with pytest.raises(ModelFailureError, match="OUTPUT-TYPE"):
        found(spoilt, decoder)


@pytest.mark.parametrize("decoder", MADE)
def test_outputs_of_a_single_number_are_refused(decoder):
    spoilt = {name: np.float32(1).reshape(()) for name in MADE[decoder]}
    with pytest.raises(ModelFailureError, match=r"OUTPUT-(SHAPE|NAME)"):
        found(spoilt, decoder)


def test_scores_of_other_boxes_than_there_are_is_refused():
    outputs = {"scores": SCORES[:2], "boxes": CORNERS}
    with pytest.raises(ModelFailureError, match=r"boxes is 3 x 4 for 2 x 4"):
        found(outputs, "boxes")


def test_names_of_too_few_maps_are_the_cards_fault():
    with pytest.raises(CardError, match="output_names has 2 names; decoder scrfd takes 6 or 9"):
        card("scrfd", output_names=["a", "b"])


def test_a_face_partly_outside_the_input_keeps_its_place():
    face = MadeFace(0.9, -20.0, -10.0, 30.0, 50.0)
    assert_are(found(scrfd([face], WIDTH, HEIGHT), "scrfd"), [face])
