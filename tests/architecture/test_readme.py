"""What README and operating notes name is looked up: commands, options, links, tree, settings."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text()
HEADINGS = [
    "Two commands",
    "What it looks like",
    "Bring a real model and a real test set",
    "The tree",
    "Decisions",
    "Limits",
]


def code_blocks(language: str) -> str:
    blocks = re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)
    return "\n".join(blocks).replace("\\\n", " ")


EVALUATION_COMMANDS = re.findall(
    r"^python -m evaluation (.+)$", code_blocks("sh"), flags=re.MULTILINE
)


def test_sections_come_in_the_order_a_new_user_needs():
    assert re.findall(r"^## (.+)$", README, flags=re.MULTILINE) == HEADINGS


def test_every_make_target_named_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))

    named = set(re.findall(r"`make ([a-z-]+)", README)) | set(
        re.findall(r"^make ([a-z-]+)", code_blocks("sh"), flags=re.MULTILINE)
    )

    assert named
    assert named <= targets


@pytest.mark.parametrize("command", EVALUATION_COMMANDS)
def test_every_option_of_a_command_exists(command):
    words = command.split("#")[0].split()
    subcommands = [word for word in words[:2] if re.fullmatch(r"[a-z-]+", word)]
    if subcommands[0] != "import":
        subcommands = subcommands[:1]
    elif "--help" in words:
        subcommands = ["import"]
    shown = subprocess.run(
        [sys.executable, "-m", "evaluation", *subcommands, "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    options = {word for word in words if word.startswith("--")}

    assert {option for option in options if option not in shown} == set()


def test_the_tree_names_every_folder_that_git_keeps():
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    folders = {name.split("/")[0] for name in listed if "/" in name and not name.startswith(".")}
    tree = README.split("## The tree")[1].split("## Decisions")[0]

    assert {folder for folder in folders if f"{folder}/" not in tree} == set()


def test_every_file_that_is_linked_exists():
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in link]

    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_setting_that_an_operator_may_set_is_in_the_table_and_no_other():
    settings = ROOT / "portal" / "settings"
    source = "".join((settings / f"{name}.py").read_text() for name in ("base", "production"))
    read = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', source))
    table = (ROOT / "docs" / "operations.md").read_text().split("## Settings")[1]

    named = set(re.findall(r"`([A-Z]+_[A-Z_]+)`", table.split("\n## ")[0]))

    assert named == read


def test_the_import_command_reads_what_the_readme_says_it_reads(tmp_path, png):
    (tmp_path / "images").mkdir()
    names = [f"{person}_{number}.png" for person in ("ada", "bob") for number in (1, 2)]
    for name in names:
        (tmp_path / "images" / name).write_bytes(png(np.zeros((40, 30, 3), dtype=np.uint8)))
    rows = "".join(f"{name},{name[:3]}\n" for name in names)
    (tmp_path / "identities.csv").write_text(f"image,identity\n{rows}")
    pairs = "ada_1.png,ada_2.png,1,0\nada_1.png,bob_1.png,0,0\n"
    (tmp_path / "pairs.csv").write_text(f"image_a,image_b,same,fold\n{pairs}")
    command = next(each for each in EVALUATION_COMMANDS if each.startswith("import pairs-csv"))

    done = subprocess.run(
        [sys.executable, "-m", "evaluation", *shlex.split(command)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "4 samples of 2 subjects" in done.stdout
