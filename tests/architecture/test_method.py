"""The method statement says what each figure is: none is missing, and none is made up."""

import ast
import re
from pathlib import Path

import pytest

from evaluation.results import IntervalMethod, figures
from evaluation.results.figures import figures_of
from evaluation.testsets.manifest import Degradation

ROOT = Path(__file__).resolve().parents[2]
METHOD = (ROOT / "docs" / "method.md").read_text()
NAMED = set(re.findall(r"`([^`\n]+)`", METHOD))
NAME = re.compile(r"[a-z]+(_[a-z0-9]+)*")


def words_in_source():
    """Name-like constants handed to a call or listed beside each other, in any module."""
    words = set()
    for path in sorted(Path(figures.__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                items = node.args
            elif isinstance(node, ast.Tuple):
                items = node.elts
            else:
                continue
            words |= {one.value for one in items if isinstance(one, ast.Constant)}
    return {word for word in words if isinstance(word, str) and NAME.fullmatch(word)}


WORDS_IN_SOURCE = words_in_source()


def rows_of_figures():
    """First cells of every table whose first column is headed ``figure``."""
    rows, is_figures = [], False
    for line in METHOD.splitlines():
        cell = line.split(" | ")[0].removeprefix("| ")
        if not line.startswith("|"):
            is_figures = False
        elif cell == "figure":
            is_figures = True
        elif is_figures and not cell.startswith("|---"):
            rows.append(cell)
    return rows


@pytest.fixture(scope="session")
def made_names(result):
    """Names of all figures that a made-up result holds, of one core and of all."""
    on_one = [one.model_copy(update={"threads": 1, "workers": 1}) for one in result.throughput]
    whole = result.model_copy(update={"throughput": (*result.throughput, *on_one)})
    return {figure.metric for figure in figures_of(whole)}


def test_the_made_result_shows_enough_figures_for_this_to_mean_something(made_names):
    assert {"failure_to_enrol", "fnmr_at_fmr", "group_fnmr_gini", "tpir_at_fpir"} <= made_names
    assert {"apcer", "average_precision", "edc_fnmr"} <= WORDS_IN_SOURCE


def test_every_figure_of_a_result_is_named(made_names):
    assert made_names - NAMED == set()


def test_every_name_in_the_source_is_named_or_a_part_of_one_that_is(made_names):
    left = WORDS_IN_SOURCE - NAMED

    assert {word for word in left if not any(word in name for name in made_names)} == set()


def test_no_figure_is_named_that_no_source_makes(made_names):
    named = {name for row in rows_of_figures() for name in re.findall(r"`([^`]+)`", row)}

    assert len(named) > 60
    assert named - made_names - WORDS_IN_SOURCE == set()


@pytest.mark.parametrize("method", IntervalMethod)
def test_every_way_of_making_an_interval_is_named(method):
    assert method.value in NAMED


@pytest.mark.parametrize("condition", Degradation)
def test_every_image_condition_has_its_unit(condition):
    assert condition.value in NAMED


def test_what_was_not_checked_against_a_standard_is_marked_and_said():
    assert "**†** marks" in METHOD
    assert METHOD.count("†") > 10
