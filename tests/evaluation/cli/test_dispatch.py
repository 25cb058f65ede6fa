"""The command line is light, explains itself, and fails in plain sentences."""

import errno
import subprocess
import sys
import types

import pytest

from evaluation.cli import dispatch
from evaluation.errors import EvaluationError

HEAVY = {"numpy", "cv2", "onnx", "onnxruntime", "pydantic", "scipy", "matplotlib", "django"}
LIGHT = """
import sys
from evaluation.cli.dispatch import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    assert end.code == 0, end.code
print("loaded:", *sorted(name for name in sys.modules if "." not in name))
"""


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["import", "pairs-csv", "--help"], ["verify", "-h"]]
)
def test_help_imports_nothing_heavy(repo_root, arguments):
    done = subprocess.run(
        [sys.executable, "-c", LIGHT, *arguments],
        cwd=repo_root, capture_output=True, text=True, check=True,
    )  # fmt: skip
    loaded = set(done.stdout.rsplit("loaded:", 1)[1].split())
    assert "evaluation" in loaded
    assert not HEAVY & loaded


def test_every_command_has_a_name_and_a_sentence(capsys):
    with pytest.raises(SystemExit):
        dispatch.main(["--help"])
    printed = capsys.readouterr().out
    for command in ("import", "describe", "verify", "check", "run", "schemas"):
        assert f"    {command} " in printed


def test_every_command_explains_itself(capsys):
    for command in ("import", "describe", "verify", "check", "run", "schemas"):
        with pytest.raises(SystemExit) as end:
            dispatch.main([command, "--help"])
        assert end.value.code == 0
        assert len(capsys.readouterr().out.splitlines()) > 5


def test_the_module_is_a_program(repo_root):
    done = subprocess.run(
        [sys.executable, "-m", "evaluation", "--version"],
        cwd=repo_root, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.startswith("Assay ")


def test_no_command_is_a_usage_error(capsys):
    with pytest.raises(SystemExit) as end:
        dispatch.main([])
    assert end.value.code == 2
    assert "COMMAND" in capsys.readouterr().err


@pytest.fixture
def command(monkeypatch):
    """A command that does what it is told; the table of modules names it alone."""

    def make(run):
        module = types.SimpleNamespace(
            NAME="act", HELP="Act.", add_arguments=lambda parser: None, run=run
        )
        monkeypatch.setattr(dispatch, "MODULES", ("evaluation.cli.act",))
        monkeypatch.setattr(dispatch.importlib.util, "find_spec", lambda name: object())
        monkeypatch.setattr(dispatch.importlib, "import_module", lambda name: module)

    return make


def fail_with(error):
    def run(args):
        raise error

    return run


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (EvaluationError("the set is wrong"), 2, "error: the set is wrong\n"),
        (KeyboardInterrupt(), 130, "error: interrupted\n"),
        (MemoryError(), 2, "error: there is not enough memory for this\n"),
        (OSError(errno.ENOSPC, "No space left on device"), 2, "error: No space left on device\n"),
        (PermissionError(errno.EACCES, "Not allowed", "/x"), 2, "error: /x: Not allowed\n"),
    ],
)  # fmt: skip
def test_a_failure_is_one_plain_sentence_and_a_code(command, capsys, error, code, sentence):
    command(fail_with(error))
    assert dispatch.main(["act"]) == code
    assert capsys.readouterr().err == sentence


def test_a_bug_is_not_hidden(command):
    command(fail_with(RuntimeError("bug")))
    with pytest.raises(RuntimeError, match="bug"):
        dispatch.main(["act"])


@pytest.mark.parametrize("code", [0, 1])
def test_the_commands_answer_is_the_exit_code(command, code):
    command(lambda args: code)
    assert dispatch.main(["act"]) == code


def test_a_reader_that_goes_away_is_no_error(repo_root, make_test_set):
    root = make_test_set(4, 2).root
    done = subprocess.run(
        f"{sys.executable} -u -m evaluation describe {root} | true",
        shell=True, cwd=repo_root, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stderr == ""
