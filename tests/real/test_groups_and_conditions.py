"""Half of the real pairs, by groups of people and with their probes made worse.

The groups are every other letter of the alphabet, so nothing but chance tells them apart.
"""

import csv
from types import SimpleNamespace

import numpy as np
import pytest

from evaluation.cli.dispatch import main
from evaluation.comparison import PairScores
from evaluation.results import Evidence, Pairing, Verdict, load_result

FOLDS = 5
TARGET = 0.1
STEPS = {"blur": (8.0, 20.0), "mask": (1.0,)}
KINDS = ["crops", "photographs"]
HALVES = ("odd letters", "even letters")


def half_of(identity):
    return HALVES[(ord(identity[0].lower()) - ord("a")) % 2]


@pytest.fixture(scope="session")
def half_the_pairs(real_dir, work):
    """Tables of the first five folds: their pairs, and the samples in them with a group."""
    data, folder = real_dir / "data" / "lfw_view1_test", work / "half"
    folder.mkdir()
    with (data / "pairs.csv").open(newline="") as file:
        pairs = [row for row in csv.DictReader(file) if int(row["fold"]) < FOLDS]
    used = {row[column] for row in pairs for column in ("image_a", "image_b")}
    with (data / "identities.csv").open(newline="") as file:
        samples = [row for row in csv.DictReader(file) if row["image"] in used]
    with (data / "landmarks.csv").open(newline="") as file:
        landmarks = [row for row in csv.DictReader(file) if row["image"] in used]
    samples = [row | {"half": half_of(row["identity"])} for row in samples]
    for name, rows in (("pairs", pairs), ("samples", samples), ("landmarks", landmarks)):
        with (folder / f"{name}.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, fieldnames=list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    group = {row["image"]: row["half"] for row in samples}
    return SimpleNamespace(data=data, folder=folder, pairs=pairs, group=group)


@pytest.fixture(scope="session")
def scores_of_crops(measured, work):
    """Score of every pair, in the order of the table."""
    measured("crops")
    parts = sorted((work / "half-crops-result" / "work").glob("comparisons-pairs-*.npz"))
    return PairScores.concatenate([PairScores.load(part) for part in parts]).scores


@pytest.fixture(scope="session")
def measured(real_dir, half_the_pairs, work):
    """Result of the weaker 112-pixel model, which leaves errors to count, on either kind."""
    made = {}

    def get(kind):
        if kind not in made:
            package, out = work / f"half-{kind}", work / f"half-{kind}-result"
            conditions = [
                f"--condition={name}={','.join(f'{step:g}' for step in steps)}"
                for name, steps in STEPS.items()
            ]
            command = [
                *("import", "pairs-csv", f"--samples={half_the_pairs.folder / 'samples.csv'}"),
                *images_of(kind, half_the_pairs),
                *("--sample-column=image", "--subject-column=identity", "--attribute-column=half"),
                *(f"--pairs={half_the_pairs.folder / 'pairs.csv'}", "--reference-column=image_a"),
                *("--probe-column=image_b", "--mated-column=same", "--all-pairs"),
                *("--robustness=pairs", *conditions),
                *(f"--name=half-{kind}", f"--title=Half, {kind}"),
                f"--to={package}",
            ]
            assert main(command) == 0
            model = real_dir / "models" / "mobileface_v3"
            command = [
                *("run", f"--model={model}.onnx", f"--card={model}.json", f"--test-set={package}"),
                *(f"--out={out}", "--speed-seconds=0", "--keep-work"),
            ]
            assert main(command) == 0
            made[kind] = load_result(out / "result.json")
        return made[kind]

    return get


def images_of(kind, half):
    if kind == "crops":
        return [
            f"--images={half.data / 'aligned'}",
            "--file-column=aligned",
            "--image-kind=aligned",
        ]
    return [
        f"--images={half.data / 'images'}",
        "--file-column=image",
        "--image-kind=photograph",
        f"--landmarks={half.folder / 'landmarks.csv'}",
        "--landmark-sample-column=image",
    ]


def conditions_at(result):
    (section,) = result.robustness
    point = next(one for one in section.points if one.target_fmr == TARGET)
    return point, {one.condition: one for one in point.conditions}


@pytest.mark.parametrize("kind", KINDS)
def test_the_clean_figures_are_those_of_the_pairs_themselves(measured, kind):
    result = measured(kind)
    pairs = next(one for one in result.verification if one.protocol == "pairs")
    clean = next(one for one in pairs.operating_points if one.target_fmr == TARGET)

    point, _ = conditions_at(result)

    assert point.threshold == clean.threshold
    assert point.clean_fnmr.errors == clean.fnmr.errors
    assert (point.clean_fmr.errors, point.clean_fmr.trials) == (clean.fmr.errors, clean.fmr.trials)
    assert clean.fnmr.trials == 50 * FOLDS


@pytest.mark.parametrize("kind", KINDS)
def test_the_more_a_real_face_is_blurred_the_more_often_it_is_missed(measured, kind):
    point, conditions = conditions_at(measured(kind))

    missed = [point.clean_fnmr.errors, *(step.fnmr.errors for step in conditions["blur"].steps)]

    assert missed == sorted(set(missed)), "it rises at every step"
    assert [step.step for step in conditions["blur"].steps] == list(STEPS["blur"])
    assert conditions["blur"].doubles_at in STEPS["blur"]
    assert conditions["blur"].surely_doubles_at in STEPS["blur"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_mask_over_a_real_face_costs_matches_and_no_template(measured, kind):
    point, conditions = conditions_at(measured(kind))
    (masked,) = conditions["mask"].steps

    assert masked.fnmr.value > 2 * point.clean_fnmr.value
    assert masked.fnmr.failures == 0


def test_a_step_costs_about_as_much_in_a_crop_as_in_the_photograph(measured):
    """Steps are measured in the face's own size, which a photograph has more pixels for."""
    (_, crops), (_, photographs) = (conditions_at(measured(kind)) for kind in KINDS)

    for name in STEPS:
        for ours, theirs in zip(crops[name].steps, photographs[name].steps, strict=True):
            assert ours.fnmr.low <= theirs.fnmr.value <= ours.fnmr.high


def test_errors_of_a_real_group_are_those_counted_in_the_list_of_pairs(
    measured, half_the_pairs, scores_of_crops
):
    section = next(one for one in measured("crops").differentials if one.protocol == "pairs")
    names = {group.name: group.values[0] for group in section.groups}
    found = next(one for one in section.thresholds if one.target_fmr == TARGET)
    counted = {(half, same): [0, 0] for half in HALVES for same in "01"}
    for row, score in zip(half_the_pairs.pairs, scores_of_crops, strict=True):
        group, other = (half_the_pairs.group[row[name]] for name in ("image_a", "image_b"))
        if group == other:
            is_match = score >= found.threshold
            counted[group, row["same"]][0] += is_match != (row["same"] == "1")
            counted[group, row["same"]][1] += 1

    rates = {
        (names[group.group], same): [rate.errors, rate.trials]
        for group in found.groups
        for same, rate in (("0", group.fmr), ("1", group.fnmr))
    }

    assert section.pairing is Pairing.LISTED
    assert rates == counted
    assert all(errors for errors, _ in rates.values())


def test_groups_and_the_rest_of_their_matrix_add_up_to_all_pairs(measured):
    result = measured("crops")
    overall = next(one for one in result.verification if one.protocol == "all_pairs")
    section = next(one for one in result.differentials if one.protocol == "all_pairs")

    for found in (one for one in section.thresholds if one.target_fmr is not None):
        point = next(one for one in overall.operating_points if one.target_fmr == found.target_fmr)
        rates = [group.fmr for group in found.groups] + [one.fmr for one in found.cross_groups]
        assert found.threshold == point.threshold
        assert sum(rate.errors for rate in rates) == point.fmr.errors
        assert sum(rate.trials for rate in rates) == point.fmr.trials
        assert sum(group.fnmr.errors for group in found.groups) == point.fnmr.errors


def test_halves_of_the_alphabet_are_not_called_different(measured):
    sections = measured("crops").differentials

    compared = [
        comparison
        for section in sections
        for found in section.thresholds
        for rate in (found.fmr, found.fnmr)
        for comparison in rate.against_lowest
    ]

    assert compared
    assert {one.verdict for one in compared} <= {
        Verdict.NOT_SEPARABLE,
        Verdict.NOT_ENOUGH_EVIDENCE,
    }
    assert all(np.isfinite(one.ratio) for one in compared)
    point, _ = conditions_at(measured("crops"))
    assert point.evidence is Evidence.INDICATIVE
