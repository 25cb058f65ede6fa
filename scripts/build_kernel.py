"""Compile the comparison kernel where there is a C compiler; without one, NumPy does its work."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from evaluation.comparison.kernel_native import SOURCE, library_path

FLAGS = ["-O3", "-std=c11", "-shared", "-fPIC"]
SEVERAL_PROCESSORS = "-DSEVERAL_PROCESSORS"  # not every compiler and C library can


def main() -> int:
    compiler = shlex.split(os.environ.get("CC", "cc"))
    target = library_path()
    if target.exists():
        return 0
    if shutil.which(compiler[0]) is None:
        print("No C compiler: NumPy counts comparisons and searches, a little slower.")
        return 0
    new = target.with_suffix(f".{os.getpid()}.new")
    for flags in ([*FLAGS, SEVERAL_PROCESSORS], FLAGS):
        command = [*compiler, *flags, "-o", str(new), str(SOURCE)]
        if subprocess.run(command, check=False, capture_output=True).returncode == 0:
            for old in SOURCE.parent.glob("kernel-*.so"):
                old.unlink()
            new.replace(target)
            return 0
    print("The C compiler failed: NumPy counts comparisons and searches, a little slower.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
