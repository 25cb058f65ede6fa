"""From a result document to rows that can be asked: figures with their evidence, and curves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from portal.runs.models import Curve, Evidence, Measurement

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from portal.runs.models import EvaluationRun

WEAKNESS = [Evidence.SUFFICIENT, Evidence.INDICATIVE, Evidence.NOT_ENOUGH]


def measurement_rows(run: EvaluationRun, result: Mapping[str, Any]) -> list[Measurement]:
    """Every printed figure of a result."""
    rows = [_rate(run, "failure_to_enrol", result["failure_to_enrol"]["rate"])]
    for verification in result["verification"]:
        rows += _verification(run, verification)
    for throughput in result["throughput"]:
        rows += _throughput(run, throughput)
    model = result["model"]
    for metric, key in (
        ("load_seconds", "load_seconds"),
        ("model_size_bytes", "size_bytes"),
        ("peak_memory_bytes", "peak_memory_bytes"),
    ):
        rows.append(Measurement(run=run, metric=metric, value=model[key]))
    return rows


def curve_rows(run: EvaluationRun, result: Mapping[str, Any]) -> list[Curve]:
    """Return the points of a result's charts."""
    return [
        Curve(run=run, protocol=verification["protocol"], kind=kind, points=verification[key])
        for verification in result["verification"]
        for kind, key in (("error_tradeoff", "curve"), ("scores", "scores"))
    ]


def _rate(run: EvaluationRun, metric: str, rate: Mapping[str, Any], **fields: Any) -> Measurement:
    return Measurement(
        run=run,
        metric=metric,
        value=rate["value"],
        low=rate["low"],
        high=rate["high"],
        errors=rate["errors"],
        trials=rate["trials"],
        failures=rate["failures"],
        method=rate["method"],
        evidence=rate["evidence"],
        **fields,
    )


def _verification(run: EvaluationRun, found: Mapping[str, Any]) -> Iterator[Measurement]:
    protocol = found["protocol"]
    for point in found["operating_points"]:
        yield from _operating_point(run, protocol, point)
    yield Measurement(
        run=run,
        protocol=protocol,
        metric="eer",
        value=found["eer"],
        threshold=found["eer_threshold"],
        trials=found["n_mated"],
    )
    yield Measurement(
        run=run, protocol=protocol, metric="auc", value=found["auc"], trials=found["n_mated"]
    )
    folds = found["folds"]
    if folds is not None:
        for metric, name in (
            ("fold_accuracy", "accuracy"),
            ("fold_standard_error", "standard_error"),
        ):
            yield Measurement(
                run=run,
                protocol=protocol,
                metric=metric,
                value=folds[name],
                trials=folds["trials"],
                method="folds",
            )
    recommended = found["recommended"]
    if recommended is not None:
        at = {"protocol": protocol, "threshold": recommended["threshold"]}
        yield _rate(run, "recommended_fmr", recommended["fmr"], **at)
        yield _rate(run, "recommended_fnmr", recommended["fnmr"], **at)


def _operating_point(
    run: EvaluationRun, protocol: str, point: Mapping[str, Any]
) -> Iterator[Measurement]:
    at = {"protocol": protocol, "target": point["target_fmr"], "threshold": point["threshold"]}
    for metric, key in (("fnmr_at_fmr", "fnmr"), ("fmr_at_fmr", "fmr")):
        rate = point[key]
        if rate is None:  # the test set cannot support this operating point
            yield Measurement(run=run, metric=metric, evidence=Evidence.NOT_ENOUGH, **at)
        else:
            weaker = max(point["evidence"], rate["evidence"], key=WEAKNESS.index)
            yield _rate(run, metric, rate | {"evidence": weaker}, **at)


def _throughput(run: EvaluationRun, found: Mapping[str, Any]) -> Iterator[Measurement]:
    trials = found["samples"]
    if found["scenario"] == "offline":
        yield Measurement(
            run=run,
            metric="offline_samples_per_second",
            value=found["samples_per_second"],
            trials=trials,
        )
        return
    for percentile in ("p50", "p90", "p99"):
        latency = found[f"latency_{percentile}_ms"]
        if latency is not None:
            metric = f"single_stream_{percentile}_ms"
            yield Measurement(run=run, metric=metric, value=latency, trials=trials)
