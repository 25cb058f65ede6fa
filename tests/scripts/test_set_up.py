"""What a person reads when the machine lacks something that no installer here can bring."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def check_python(python: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", str(ROOT / "scripts" / "find_python.sh"), python],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )


def test_no_python_is_said_in_one_sentence():
    done = check_python("")

    assert done.returncode == 1
    assert done.stderr.startswith("Assay needs Python 3.11 and found no Python.")
    assert len(done.stderr.splitlines()) == 1


def test_a_python_of_another_version_is_named(tmp_path):
    other = tmp_path / "python3.9"
    other.write_text("#!/bin/sh\nexit 1\n")
    other.chmod(0o755)

    done = check_python(str(other))

    assert done.returncode == 1
    assert f"found {other}" in done.stderr


def test_too_little_disk_is_said_before_anything_is_installed(tmp_path, monkeypatch):
    fake_df = tmp_path / "df"
    fake_df.write_text("#!/bin/sh\necho header\necho '/dev/x 100 90 1024 99% /'\n")
    fake_df.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    done = check_python(sys.executable)

    assert done.returncode == 1
    assert "needs 2 GB of free disk space here and found 1 MB" in done.stderr
