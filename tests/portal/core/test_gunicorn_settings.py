"""The web server's own records are structured and hold no secret, as all others."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
SAY = """
import runpy
from gunicorn.config import Config
from gunicorn.glogging import Logger
config = Config()
config.set("logconfig_dict", runpy.run_path("gunicorn.conf.py")["logconfig_dict"])
Logger(config).error("worker %s ended, password=%s", 3, "a-long-secret")
"""
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "portal.settings.production",
    "ASSAY_SECRET_KEY": "k" * 50,
    "ASSAY_HOSTS": "assay.example",
    "DATABASE_URL": "postgres://assay@localhost/assay",
    "REDIS_URL": "redis://localhost/0",
}


def test_a_record_of_gunicorn_is_a_record_like_all_others(tmp_path):
    said = subprocess.run(
        [sys.executable, "-c", SAY],
        cwd=ROOT,
        env={**os.environ, **PRODUCTION, "ASSAY_DATA": str(tmp_path)},
        check=True,
        capture_output=True,
        text=True,
    ).stderr

    record = json.loads(said)

    assert record["message"] == "worker 3 ended, password=[not logged]"
    assert (record["level"], record["logger"]) == ("error", "gunicorn.error")
    assert record["process"]


def test_gunicorn_takes_these_settings(tmp_path):
    said = subprocess.run(
        [sys.executable, "-m", "gunicorn", "--check-config", "portal.wsgi:application"],
        cwd=ROOT,
        env={**os.environ, **PRODUCTION, "ASSAY_DATA": str(tmp_path)},
        check=False,
        capture_output=True,
        text=True,
    )

    assert said.returncode == 0, said.stderr
