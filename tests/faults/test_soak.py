"""A short soak: hostile and good models together while workers are killed; see soak.py."""

import pytest

from tests.faults.soak import Sample, Soak, portal_for_soaking, soak

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faults")]


def test_good_and_hostile_models_all_end_rightly_while_workers_are_killed(tmp_path):
    portal = portal_for_soaking(tmp_path, nudge_seconds=8)
    try:
        found = soak(portal, submissions=12, kill_seconds=4.0, deadline_seconds=240.0)
    finally:
        portal.stop()

    assert found.wrong == []
    assert found.ends.total() == 12
    assert found.ends["scored"] == 9
    assert found.kills >= 1


def test_memory_and_handles_that_grow_are_seen():
    flat = Soak(samples=[Sample(500_000, 40)] * 400)
    leaking = Soak(samples=[Sample(500_000 + 1_000 * k, 40 + k) for k in range(400)])

    assert flat.growth() == Sample(0, 0)
    assert leaking.growth() == Sample(200_000, 200)
    assert Soak(samples=leaking.samples[:100]).growth() is None
