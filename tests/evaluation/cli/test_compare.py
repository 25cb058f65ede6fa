"""The command from folders to a table and a document."""

import pytest

from evaluation.cli.dispatch import main
from evaluation.metrics.trial_evidence import OperatingMode
from evaluation.ranking import EVIDENCE_FILE, At, ModelComparison, compare_models, save_evidence
from tests.evaluation.made_evidence import make_search_evidence
from tests.evaluation.ranking.conftest import listed, make_model, scores_of

__all__ = ["listed", "make_model", "scores_of"]


@pytest.fixture
def folders(make_model, tmp_path):
    made = {}
    for name, seed, skill in [("able", 1, 0.8), ("bold", 2, 0.4), ("calm", 3, 0.38)]:
        folder = tmp_path / name
        folder.mkdir()
        made[name] = make_model(name, seed, skill, own=None if name == "calm" else 0.3)
        save_evidence(folder / EVIDENCE_FILE, made[name])
    return tmp_path, made


def test_models_are_shown_in_their_groups(folders, capsys):
    tmp_path, _ = folders

    code = main(["compare", *(str(tmp_path / name) for name in ("calm", "able", "bold"))])

    out = capsys.readouterr().out
    assert code == 0
    assert "3 models on Set a (made-up)" in out
    assert "Listed pairs (pairs): FNMR at FMR 10%" in out
    rows = [line.split() for line in out.splitlines() if "(" in line and " of " in line]
    assert [row[0] for row in rows if row[0].isdigit()][:1] == ["1"]
    assert "1 able - 2 " in out
    assert "not separable from the best at 95%" in out


def test_the_document_is_what_the_functions_give(folders, capsys, tmp_path):
    folder, made = folders
    names = ("able", "bold", "calm")
    file = tmp_path / "out" / "comparison.json"

    code = main(
        ["compare", *(str(folder / n) for n in names), "--target-fmr", "0.01", "--json", str(file)]
    )

    assert code == 0
    document = ModelComparison.model_validate_json(file.read_text())
    assert document == compare_models([made[name] for name in names], at=At(target_fmr=0.01))


def test_suppliers_thresholds_are_compared_where_all_recommend_one(folders, capsys):
    folder, _ = folders

    assert main(["compare", str(folder / "able"), str(folder / "bold"), "--recommended"]) == 0
    assert "FNMR at the suppliers' recommended thresholds" in capsys.readouterr().out

    assert main(["compare", str(folder / "able"), str(folder / "calm"), "--recommended"]) == 2
    assert (
        capsys.readouterr().err == "error: calm 1 has no recommended threshold (protocol pairs)\n"
    )


@pytest.fixture
def searched(tmp_path):
    """Folders of two models with searches."""
    made = {"able": make_search_evidence("able", 1), "bold": make_search_evidence("bold", 2, 1.4)}
    for name, evidence in made.items():
        (tmp_path / name).mkdir()
        save_evidence(tmp_path / name / EVIDENCE_FILE, evidence)
    return [str(tmp_path / name) for name in made], list(made.values())


@pytest.mark.parametrize(
    ("options", "at"),
    [
        ([], At()),
        (["--target-fpir", "0.1", "--rank", "5"], At(target_fpir=0.1, rank=5)),
        (["--investigation"], At(mode=OperatingMode.INVESTIGATION)),
        (["--recommended", "--rank", "20"], At(mode=OperatingMode.RECOMMENDED, rank=20)),
    ],
)
def test_searches_are_compared_where_they_are_asked_to_be(searched, tmp_path, options, at):
    paths, made = searched
    file = tmp_path / "c.json"

    assert main(["compare", *paths, *options, "--json", str(file)]) == 0

    document = ModelComparison.model_validate_json(file.read_text())
    assert document == compare_models(made, at=at)


@pytest.mark.parametrize(
    "options",
    [
        ["--target-fmr", "0.1", "--target-fpir", "0.1"],
        ["--recommended", "--investigation"],
        ["--rank", "0"],
        ["--rank", "some"],
    ],
)
def test_operating_points_that_are_none_are_refused(searched, capsys, options):
    with pytest.raises(SystemExit):
        main(["compare", *searched[0], *options])

    assert options[-2] in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["able"], "a comparison needs at least two models"),
        (["able", "nobody"], "holds no evidence of trials of this version of Assay"),
        (["able", "bold", "--protocol", "all"], "able 1 has not run protocol all; it has: pairs"),
        (
            ["able", "bold", "--target-fmr", "1e-6"],
            "able 1 has no threshold for an FMR of 0.0001%",
        ),
    ],
)
def test_what_cannot_be_compared_is_said_in_a_sentence(folders, capsys, arguments, sentence):
    folder, _ = folders
    at = next((k for k, word in enumerate(arguments) if word.startswith("--")), len(arguments))
    paths = [str(folder / name) for name in arguments[:at]]

    code = main(["compare", *paths, *arguments[at:]])

    captured = capsys.readouterr()
    assert code == 2
    assert captured.err.startswith("error: ")
    assert sentence in captured.err
    assert captured.out == ""


@pytest.mark.parametrize("rate", ["0", "1", "-0.1", "ten"])
def test_a_target_that_is_no_rate_is_refused(folders, capsys, rate):
    with pytest.raises(SystemExit):
        main(["compare", "a", "b", "--target-fmr", rate])

    assert "--target-fmr" in capsys.readouterr().err
