"""Oracles: exit codes, the sentences on the error stream, and the files left behind."""

import io
import json
import os
import select
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace

import pytest

from evaluation.cli.dispatch import main
from evaluation.cli.progress import RunLine
from evaluation.pipeline import RunProgress
from evaluation.results import load_result
from evaluation.testsets import NewAllPairs, NewSample, open_test_set, write_test_set
from evaluation.testsets.new import NewQuality

pytestmark = pytest.mark.sandbox

QUICK = ["--replicates=20", "--speed-seconds=0.01", "--threads=1"]


@pytest.fixture
def files(tmp_path, tiny_model, tiny_card, make_test_set):
    """A model, its card and a test set on disk, and where results go."""
    (tmp_path / "m.onnx").write_bytes(tiny_model)
    (tmp_path / "m.json").write_text(tiny_card.model_dump_json())
    return SimpleNamespace(
        model=tmp_path / "m.onnx",
        card=tmp_path / "m.json",
        test_set=make_test_set(60).root,
        out=tmp_path / "out",
    )


def arguments(files, *more):
    return [
        "run",
        f"--model={files.model}",
        f"--card={files.card}",
        f"--test-set={files.test_set}",
        f"--out={files.out}",
        *QUICK,
        *more,
    ]


def test_a_run_prints_a_table_and_leaves_a_result_and_a_report_and_no_templates(files, capsys):
    assert main(arguments(files)) == 0
    captured = capsys.readouterr()
    assert "target FMR" in captured.out
    assert "60 samples" in captured.err
    result = load_result(files.out / "result.json")
    assert [item.protocol for item in result.verification] == ["pairs", "all"]
    assert "<svg" in (files.out / "report.html").read_text()
    assert sorted(path.name for path in files.out.iterdir()) == [
        "evidence.npz",
        "report.html",
        "result.json",
    ]


def test_work_is_kept_and_a_protocol_chosen_on_request(files):
    assert main(arguments(files, "--keep-work", "--protocol=all")) == 0
    assert list((files.out / "work").glob("templates-*.npz"))
    result = load_result(files.out / "result.json")
    assert [item.protocol for item in result.verification] == ["all"]


def test_a_refused_model_ends_with_its_code_sentence_and_action_and_no_files(files, capsys):
    files.model.write_bytes(b"no model")
    assert main(arguments(files)) == 1
    err = capsys.readouterr().err
    assert "m.onnx is refused." in err
    assert "NOT-ONNX: The file is not a readable ONNX model." in err
    assert "Export the model again" in err
    assert not files.out.exists()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"model": "missing.onnx"}, "missing.onnx: No such file or directory"),
        ({"card": "missing.json"}, "missing.json cannot be read"),
        ({"test_set": "missing"}, "missing"),
    ],
)
def test_what_is_missing_is_named_in_one_sentence(files, tmp_path, capsys, wrong, sentence):
    for name, value in wrong.items():
        setattr(files, name, tmp_path / value)
    assert main(arguments(files)) == 2
    err = capsys.readouterr().err
    assert sentence in err
    assert err.startswith("error: ")
    assert err.count("\n") == 1


def test_an_unknown_protocol_is_an_error_before_anything_runs(files, capsys):
    assert main(arguments(files, "--protocol=odd")) == 2
    assert "there is no protocol 'odd'" in capsys.readouterr().err
    assert not files.out.exists()


def test_a_model_that_is_no_detector_is_refused_as_one(files, capsys):
    assert main(arguments(files, f"--detector={files.model}")) == 2
    assert "tiny is no face detector: its task is embedding" in capsys.readouterr().err


@pytest.mark.parametrize("option", ["detector", "recogniser"])
def test_the_card_of_a_named_model_alone_is_an_error(files, capsys, option):
    assert main(arguments(files, f"--{option}-card={files.card}")) == 2
    assert f"--{option}-card needs --{option}" in capsys.readouterr().err


def test_a_quality_model_needs_a_recogniser_before_anything_runs(files, capsys):
    size = {"height": 112, "width": 112}
    files.card.write_text(json.dumps({"name": "q", "task": "quality", "input": size}))
    test_set = open_test_set(files.test_set)
    quality = files.test_set.parent / "quality"
    copy_with_quality(test_set, quality)
    files.test_set = quality
    assert main(arguments(files)) == 2
    assert "judged by the errors of a recognition model" in capsys.readouterr().err
    assert not files.out.exists()


def copy_with_quality(test_set, destination):
    write_test_set(
        destination,
        name="quality",
        title="Quality",
        image_kind=test_set.manifest.image_kind,
        samples=[
            NewSample(one.sample, test_set.root / one.file, ".png", one.subject)
            for one in test_set.samples
        ],
        protocols=[NewAllPairs("all", "All pairs"), NewQuality("q", "Quality", "all")],
    )


def test_a_models_own_detector_is_checked_before_the_model_and_named_when_refused(files, capsys):
    card = json.loads(files.card.read_text())
    detector = {"name": "d", "task": "detection", "decoder": "yunet", "input": {}}
    files.card.write_text(json.dumps({**card, "detector": detector}))
    assert main(arguments(files)) == 2
    assert "give --own-detector" in capsys.readouterr().err
    (files.model.parent / "own.onnx").write_bytes(b"no model")
    assert main(arguments(files, f"--own-detector={files.model.parent / 'own.onnx'}")) == 1
    assert "own.onnx is refused." in capsys.readouterr().err


def heed_signals():
    """Undo what tests inherit that run in a shell's background: interruptions ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_no_child_and_goes_on_afterwards(files, repo_root, how):
    command = [sys.executable, "-m", "evaluation", *arguments(files, "--speed-seconds=600")]
    process = subprocess.Popen(
        command,
        cwd=repo_root,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=heed_signals,
    )
    said = ""
    while "Measuring speed" not in said:  # the child of this stage would live for 20 minutes
        line = process.stderr.readline()
        assert line, f"the run ended early: {said}"
        said += line
    child = os.pidfd_open(sandbox_child_of(process.pid))
    process.send_signal(how)
    _, rest = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Give the same command again to go on." in rest
    ended, _, _ = select.select([child], [], [], 10)  # readable once the process has ended
    os.close(child)
    assert ended, "the sandbox child lives on"
    assert (files.out / "work").is_dir()
    assert main(arguments(files)) == 0


def sandbox_child_of(parent):
    """Process id of the child, once it runs the sandbox's program."""
    while True:
        for listing in Path(f"/proc/{parent}/task").glob("*/children"):  # of any of its threads
            with suppress(OSError):
                for child in listing.read_text().split():
                    if b"sandbox.child" in Path(f"/proc/{child}/cmdline").read_bytes():
                        return int(child)


def test_a_terminal_sees_one_line_that_moves():
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    ticks = iter([0.0, 0.0, 10.0, 10.0])
    screen = Terminal()
    with RunLine(screen, clock=lambda: next(ticks, 10.0)) as line:
        line.show(RunProgress("extract", 0, 400))
        line.show(RunProgress("extract", 100, 400))
    text = screen.getvalue()
    assert "100 of 400 samples, 30 s left" in text
    assert "\n" not in text


def test_elsewhere_each_stage_is_a_plain_line():
    log = io.StringIO()
    with RunLine(log) as line:
        for done in (0, 100, 400, 400):
            line.show(RunProgress("extract", done, 400))
        line.show(RunProgress("score", 0, 1))
    assert log.getvalue() == (
        "Extracting templates\n  400 samples\nCounting and estimating intervals\n"
    )


def test_the_result_file_is_plain_json(files):
    main(arguments(files))
    assert json.loads((files.out / "result.json").read_text())["schema_version"] == 2
