"""Start real Redis and PostgreSQL servers for the tests, on free ports, and stop them.

``start`` installs what is missing with apt where this user may, starts what is
there and writes the addresses to ``.services/env``; whatever cannot be had is
said in a sentence, and the tests that need it skip with a reason.
"""

import argparse
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".services"
PACKAGES = {"redis-server": "redis-server", "chromium": "chromium", "postgres": "postgresql"}


def find(program: str) -> Path | None:
    found = shutil.which(program)
    if found:
        return Path(found)
    versions = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"))
    return versions[-1] if versions else None


def _install(missing: list[str]) -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        print(f"Not installed, and this user may not install it: {', '.join(missing)}.")
        return
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["update", "-qq"], ["install", "-y", "-qq", *missing]):
        done = subprocess.run(
            ["apt-get", *command], env=environment, check=False, stdout=subprocess.DEVNULL
        )
        if done.returncode:
            print(f"apt-get {command[0]} failed; the tests that need {missing} will skip.")
            return


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _start_redis(folder: Path) -> str | None:
    program = find("redis-server")
    if program is None:
        return None
    port = free_port()
    options = {
        "port": port,
        "bind": "127.0.0.1",
        "daemonize": "yes",
        "save": "",
        "dir": folder,
        "pidfile": folder / "redis.pid",
    }
    arguments = [text for name, value in options.items() for text in (f"--{name}", str(value))]
    subprocess.run([program, *arguments], check=True, stdout=subprocess.DEVNULL)
    return f"redis://127.0.0.1:{port}/0"


def as_postgres(folder: Path) -> dict[str, object]:
    """PostgreSQL refuses to run as root; give the folder to the user that apt made."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _start_postgres(folder: Path) -> str | None:
    initdb, control = find("initdb"), find("pg_ctl")
    if initdb is None or control is None or find("postgres") is None:
        return None
    data, port = folder / "data", free_port()
    data.mkdir()
    identity = as_postgres(data)
    options = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={data} -c fsync=off"
    )
    for command in (
        [initdb, "-D", data, "-U", "assay", "-A", "trust", "-E", "UTF8"],
        [control, "-D", data, "-o", options, "-l", data / "log", "-w", "start"],
    ):
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd="/", **identity)
    return f"postgres://assay@127.0.0.1:{port}/postgres"


def start() -> int:
    stop()
    missing = [package for program, package in PACKAGES.items() if find(program) is None]
    if missing:
        _install(missing)
    folder = Path(tempfile.mkdtemp(prefix="assay-services-"))
    folder.chmod(0o755)
    lines = [f"ASSAY_SERVICES_FOLDER={folder}"]
    starters = {"ASSAY_TEST_REDIS_URL": _start_redis, "ASSAY_TEST_DATABASE_URL": _start_postgres}
    for name, starter in starters.items():
        try:
            address = starter(folder)
        except (OSError, KeyError, subprocess.CalledProcessError) as error:
            print(f"{name}: could not be started ({error}).")
            continue
        print(f"{name}: {address or 'not installed'}")
        if address:
            lines.append(f"{name}={address}")
    STATE.mkdir(exist_ok=True)
    (STATE / "env").write_text("\n".join(lines) + "\n")
    return 0


def stop() -> int:
    written = STATE / "env"
    if not written.exists():
        return 0
    values = dict(line.split("=", 1) for line in written.read_text().splitlines())
    folder = Path(values["ASSAY_SERVICES_FOLDER"])
    redis_pid = folder / "redis.pid"
    if redis_pid.exists():
        subprocess.run(["kill", redis_pid.read_text().strip()], check=False)
    control, data = find("pg_ctl"), folder / "data"
    if control and data.exists():
        command = [control, "-D", data, "-m", "immediate", "stop"]
        identity = as_postgres(data)
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL, cwd="/", **identity)
    shutil.rmtree(folder, ignore_errors=True)
    written.unlink()
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=["start", "stop"])
    sys.exit({"start": start, "stop": stop}[parser.parse_args().action]())
