"""The tests leave nothing behind: their data folder goes with the process that made it."""

import os
import subprocess
import sys
from pathlib import Path

SCRIPT = """
import os
from portal.settings import test
if os.fork() == 0:
    raise SystemExit  # a fork ends first, and must leave the folder to its maker
os.wait()
assert test.ASSAY_DATA.is_dir()
print(test.ASSAY_DATA)
"""


def test_the_data_folder_ends_with_the_process_that_made_it(repo_root):
    environment = {name: value for name, value in os.environ.items() if name != "ASSAY_DATA"}

    made = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=repo_root,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    folder = Path(made.stdout.strip())
    assert folder.name.startswith("assay-test-")
    assert not folder.exists()
