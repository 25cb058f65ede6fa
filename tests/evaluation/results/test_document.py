"""What is written is read back, and nothing else is taken for a result."""

import json

import pytest
from pydantic import ValidationError

from evaluation.errors import ResultError
from evaluation.metrics.rates import independent_rate
from evaluation.results import Curve, Evidence, OperatingPoint, Rate, json_schema, load_result


@pytest.fixture
def rate():
    return independent_rate(6, 500)


def test_a_rate_is_frozen(rate):
    with pytest.raises(ValidationError, match="frozen"):
        rate.value = 0.0


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_rate_that_is_no_number_is_refused(rate, bad):
    with pytest.raises(ValidationError, match="finite"):
        Rate(**{**rate.model_dump(), "value": bad})


def test_an_unknown_field_is_refused(rate):
    with pytest.raises(ValidationError, match="percent"):
        Rate(**rate.model_dump(), percent=1.2)


def test_rates_survive_json_to_the_last_bit(rate):
    point = OperatingPoint(
        target_fmr=0.1, evidence=Evidence.SUFFICIENT, threshold=0.1 + 0.2, fmr=rate, fnmr=rate
    )

    assert OperatingPoint.model_validate_json(point.model_dump_json()) == point


def test_curve_holds_its_points_in_order():
    curve = Curve(threshold=(0.1, 0.2), fmr=(1, 0), fnmr=(0, 1), fnmr_low=(0, 0), fnmr_high=(1, 1))

    assert Curve.model_validate_json(curve.model_dump_json()) == curve


@pytest.mark.parametrize("content", ["", "{}", "[1]", "not json", '{"schema_version": 2}'])
def test_a_file_that_is_no_result_is_refused_by_name(tmp_path, content):
    path = tmp_path / "result.json"
    path.write_text(content)

    with pytest.raises(ResultError, match=r"result\.json is not a result of this version"):
        load_result(path)


def test_a_missing_file_is_refused_by_name(tmp_path):
    with pytest.raises(ResultError, match=r"nothing\.json is not a result"):
        load_result(tmp_path / "nothing.json")


def test_schema_is_json_and_names_the_parts():
    schema = json.loads(json.dumps(json_schema()))

    assert {"model", "test_set", "verification", "provenance"} <= set(schema["properties"])
