"""ONNX Runtime phones home unless told otherwise; CI=true hides that, so it is unset here."""

import json
import os
import subprocess
import sys

import pytest

SCRIPT = """
import json, os, sys
sys.path.insert(0, sys.argv[1])
import evaluation
import onnxruntime
tasks = len(os.listdir("/proc/self/task"))
print(json.dumps({"threads": tasks, "switch": os.environ.get("ORT_DISABLE_TELEMETRY")}))
"""


def import_runtime(repo_root, home, script=SCRIPT):
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in {"CI", "ORT_DISABLE_TELEMETRY", "XDG_CACHE_HOME"}
    }
    environment |= {"HOME": str(home), "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", script, str(repo_root)],
        capture_output=True,
        check=True,
        env=environment,
        timeout=60,
    )
    return json.loads(done.stdout)


def test_importing_the_harness_first_keeps_the_runtime_silent(repo_root, tmp_path):
    seen = import_runtime(repo_root, tmp_path)
    assert seen == {"threads": 1, "switch": "1"}
    assert list(tmp_path.rglob("*")) == []


def test_without_the_harness_the_runtime_would_not_be_silent(repo_root, tmp_path):
    """Keeps the test above honest; when this one fails, the runtime has mended its ways."""
    seen = import_runtime(repo_root, tmp_path, SCRIPT.replace("import evaluation\n", ""))
    assert seen["switch"] is None
    assert seen["threads"] > 1 or list(tmp_path.rglob("*"))


@pytest.mark.sandbox
def test_the_sandbox_child_has_the_switch_whatever_its_parent_has(repo_root, monkeypatch):
    from evaluation.sandbox import process

    monkeypatch.delenv("ORT_DISABLE_TELEMETRY")
    assert process._environment()["ORT_DISABLE_TELEMETRY"] == "1"
