"""Names of speed figures, which tables and exports are filled by."""

import pytest

from evaluation.results import (
    SearchSpeed,
    SearchTime,
    ServerSpeed,
    ThroughputResult,
    figures_of,
)


def row(scenario, workers, threads, value):
    latency = value if scenario == "single_stream" else None
    return ThroughputResult(
        scenario=scenario,
        samples=100,
        batch_size=16,
        threads=threads,
        workers=workers,
        seconds=1.0,
        samples_per_second=value,
        latency_p50_ms=latency,
    )


def speeds(result, *rows, **fields):
    found = figures_of(result.model_copy(update={"throughput": rows, **fields}))
    parts = ("offline", "single_stream", "server", "search")
    return {(one.metric, one.condition): one.value for one in found if one.metric.startswith(parts)}


def test_the_row_on_most_cores_bears_the_plain_name(result):
    found = speeds(
        result,
        row("offline", 2, 1, 900.0),
        row("offline", 1, 1, 500.0),
        row("single_stream", 1, 2, 3.0),
        row("single_stream", 1, 1, 5.0),
    )
    assert found == {
        ("offline_samples_per_second", ""): 900.0,
        ("offline_one_core_samples_per_second", ""): 500.0,
        ("single_stream_p50_ms", ""): 3.0,
        ("single_stream_one_core_p50_ms", ""): 5.0,
    }


@pytest.mark.parametrize("workers", [None, 1])
def test_rows_without_another_beside_them_bear_it_too(result, workers):
    rows = [row("offline", workers, 2, 900.0), row("single_stream", workers, 2, 3.0)]
    assert speeds(result, *rows) == {
        ("offline_samples_per_second", ""): 900.0,
        ("single_stream_p50_ms", ""): 3.0,
    }


def test_server_and_search_say_what_they_hold_for(result):
    times = [
        SearchTime(
            gallery_size=size, searches=9, median_ms=ms, p90_ms=None, comparisons_per_second=1.0
        )
        for size, ms in ((1000, 0.5), (10000, 4.0))
    ]
    found = speeds(
        result,
        server_speed=ServerSpeed(
            bound_ms=100.0, workers=2, seed=1, rates_tried=4, rate_per_second=77.0, queries=100
        ),
        search_speed=SearchSpeed(
            dim=512, top=20, seed=1, times=tuple(times), exponent=0.9, scale_ms=0.001
        ),
    )
    assert found == {
        ("server_queries_per_second", "bound_ms=100"): 77.0,
        ("search_median_ms", "gallery=1000"): 0.5,
        ("search_median_ms", "gallery=10000"): 4.0,
        ("search_exponent", ""): 0.9,
    }


def test_a_bound_that_no_rate_met_gives_no_figure(result):
    server = ServerSpeed(bound_ms=1.0, workers=2, seed=1, rates_tried=4, rate_per_second=None)
    assert speeds(result, server_speed=server) == {}


def test_a_core_did_its_part_of_the_whole():
    assert row("offline", 4, 1, 900.0).samples_per_second_per_core == 225.0
    assert row("single_stream", 1, 2, 30.0).samples_per_second_per_core == 15.0
    assert row("offline", None, 2, 30.0).samples_per_second_per_core == 15.0, "of old results"
