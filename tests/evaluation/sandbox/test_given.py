"""What a model's child is given in a real evaluation: pictures as numbers, and nothing else.

Every name that belongs to the test set or to its place contains one word, and so do this
process's own environment and folder: it must be in nothing that the child is given.
"""

import json
import re
import struct
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from evaluation.pipeline import ExtractShard, RunSettings, extract_shard, run_evaluation
from evaluation.sandbox import Limits
from tests.evaluation.sandbox.given import record
from tests.hostile.graphs import SIDE, linear, make_card

pytestmark = pytest.mark.sandbox

WORD = "annabel"
N = 12
SMALL = Limits(max_input_bytes=1 << 18, max_output_bytes=1 << 16)
SETTINGS = RunSettings(
    threads=1, batch_size=4, replicates=20, throughput_seconds=0.01, limits=SMALL
)
MODEL = linear().SerializeToString()

HEADER = "<4sHHI"  # magic, kind, nothing, length of the body
RECORD = "<HBBIQ8Q"  # place, type, rank, nothing, offset, dimensions
PARSE, LOAD, RUN = 2, 4, 6


@pytest.fixture
def test_set(make_test_set, tmp_path, monkeypatch):
    """Crops whose folder, files, samples, people and labels carry the word."""
    made = make_test_set(N)
    root = made.root.rename(tmp_path / f"{WORD}-folder")
    samples = tuple(
        replace(
            sample,
            sample=f"{WORD}-{k:03d}",
            file=f"{WORD}-{k:03d}.png",
            subject=f"{WORD} {k // 4}",
            attributes={"group": f"{WORD} group {k % 2}"},
        )
        for k, sample in enumerate(made.samples)
    )
    for before, after in zip(made.samples, samples, strict=True):
        (root / before.file).rename(root / after.file)
    monkeypatch.setenv("ASSAY_DATA", str(root))
    monkeypatch.setenv("PYTHONPATH", str(root))
    monkeypatch.chdir(root)
    manifest = made.manifest.model_copy(update={"attributes": ("group",)})
    return replace(made, root=root, samples=samples, manifest=manifest)


@pytest.fixture
def given(test_set, tmp_path, monkeypatch):
    """Everything that the children of a whole evaluation are given, its speed included."""
    given = record(monkeypatch)
    run_evaluation(
        test_set=test_set,
        model=MODEL,
        card=make_card(),
        workdir=tmp_path / f"{WORD}-work",
        settings=SETTINGS,
        on_start=given.on_start,
    )
    return given


def test_no_name_label_or_path_of_the_test_set_is_among_what_children_are_given(given, test_set):
    digests = [sample.sha256 for sample in test_set.samples]
    secrets = [WORD.encode(), WORD.encode("utf-16-le"), *(digest.encode() for digest in digests)]
    assert len(given.starts) == 2, "one extracts, one is timed"
    for content in set(given.everything()):
        assert not [secret for secret in secrets if secret in content]


def test_a_child_is_started_with_numbers_and_limits_alone(given):
    for start in given.starts:
        executable, *options, code, root, parent = start.arguments[:7]
        numbers, limits = start.arguments[7:12], start.arguments[12:]
        assert (executable, options) == (sys.executable, ["-I", "-B", "-c"])
        assert code.endswith("from evaluation.sandbox.child import main; main()")
        assert Path(root, "evaluation", "sandbox", "child.py").is_file()
        assert all(re.fullmatch("[0-9]+", word) for word in (parent, *numbers))
        assert json.loads(limits[0])["max_input_bytes"] == SMALL.max_input_bytes
        assert len(limits) == 1
        names = {word.partition("=")[0] for word in start.environment}
        assert names - {"LD_LIBRARY_PATH"} == {
            *("ORT_DISABLE_TELEMETRY", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "LANG")
        }
        assert re.fullmatch(r"/.*/assay-empty-\w+ \(deleted\)", start.folder)


def test_a_child_has_its_pipes_and_its_shared_memory_open_and_no_file(given):
    for start in given.starts:
        kinds = sorted(re.sub(r":\[\d+\]", "", where) for where in start.descriptors.values())
        memory = [f"/memfd:assay-{name} (deleted)" for name in ("inputs", "model", "outputs")]
        assert kinds == ["/dev/null", *memory, "pipe", "pipe", "pipe", "pipe"]
        passed = {int(word) for word in start.arguments[7:12]}
        assert set(start.descriptors) == {0, 1, 2} | passed


def records_of(frame):
    """Split a frame after the layout that is written out above; nothing may be left over."""
    magic, kind, nothing, length = struct.unpack_from(HEADER, frame)
    assert (magic, nothing, length) == (b"ASY1", 0, len(frame) - 12)
    assert length % 80 == 0
    return kind, list(struct.iter_unpack(RECORD, frame[12:]))


def test_requests_are_a_fixed_header_and_the_places_of_tensors(given):
    assert given.files == [MODEL] * 2, "the model's file is all that is written to a file"
    frames = [records_of(frame) for frame in given.frames]
    kinds = [kind for kind, _ in frames]
    assert set(kinds) == {PARSE, LOAD, RUN}
    for kind, records in frames:
        assert bool(records) == (kind == RUN)
        for place, one in enumerate(records):
            index, code, rank, nothing, offset, *dimensions = one
            assert (index, code, rank, nothing) == (place, 0, 4, 0), "float32, four dimensions"
            assert dimensions[1:] == [3, SIDE, SIDE, 0, 0, 0, 0]
            assert offset % 64 == 0
            assert offset + dimensions[0] * 3 * SIDE * SIDE * 4 <= len(given.inputs[0])
    assert not any(any(memory) for memory in given.outputs_at_first)


def test_shared_memory_holds_the_pixels_and_nothing_beside_them(test_set, tmp_path, monkeypatch):
    given = record(monkeypatch)
    extract_shard(
        test_set=test_set,
        model=MODEL,
        card=make_card(),
        shard=ExtractShard(range(N)),
        destination=tmp_path / "templates.npz",
        settings=SETTINGS,
        on_start=given.on_start,
    )
    told = np.zeros(len(given.inputs[0]), dtype=bool)
    n_images = 0
    for frame, memory in zip(given.frames, given.inputs, strict=True):
        for _, _, _, _, offset, n, *_ in records_of(frame)[1]:
            n_bytes = n * 3 * SIDE * SIDE * 4
            told[offset : offset + n_bytes] = True
            pixels = np.frombuffer(memory, np.float32, count=n_bytes // 4, offset=offset)
            assert np.abs(pixels).max() <= 1.0, "as the card's mean and scale make them"
            assert pixels.std() > 0.1
            n_images += n
        assert not np.frombuffer(memory, np.uint8)[~told].any()
    assert n_images == N
