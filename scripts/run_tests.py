"""Run the tests with what ``make services`` started; the portal's also on PostgreSQL."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SERVICES = ROOT / ".services" / "env"


def main() -> int:
    environment = {**os.environ, "ORT_DISABLE_TELEMETRY": "1"}
    environment.pop("DATABASE_URL", None)
    if SERVICES.exists():
        environment |= dict(line.split("=", 1) for line in SERVICES.read_text().splitlines())
    pytest = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup"]
    outcome = subprocess.run([*pytest, *sys.argv[1:]], cwd=ROOT, env=environment, check=False)
    database = environment.get("ASSAY_TEST_DATABASE_URL")
    if outcome.returncode or sys.argv[1:] or not database:
        return outcome.returncode
    print("The portal's tests once more, on PostgreSQL:", flush=True)
    again = [*pytest, "tests/portal", "-m", "not slow"]
    environment["DATABASE_URL"] = database
    return subprocess.run(again, cwd=ROOT, env=environment, check=False).returncode


if __name__ == "__main__":
    raise SystemExit(main())
