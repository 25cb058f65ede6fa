"""Within an app, reads and the worker's steps never reach up to writes, pages or the API."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# module of an app -> modules of any app that it must not import
FORBIDDEN = {
    "models": {"selectors", "services", "execution", "tasks", "forms", "views", "api"},
    "selectors": {"services", "execution", "tasks", "forms", "views", "api"},
    "execution": {"services", "tasks", "forms", "views", "api"},
    "tasks": {"services", "forms", "views", "api"},
    "services": {"forms", "views", "api"},
    "forms": {"views", "api"},
    "api": {"views"},
}
MODULES = sorted(
    path
    for name in FORBIDDEN
    for path in [*ROOT.glob(f"portal/*/{name}.py"), *ROOT.glob(f"portal/*/{name}/*.py")]
)


def imported_modules(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_imports_only_what_lies_below_it(path):
    kind = path.relative_to(ROOT).parts[2].removesuffix(".py")

    reached_up = {
        name
        for name in imported_modules(path)
        if name.startswith("portal.")
        and len(name.split(".")) > 2
        and name.split(".")[2] in FORBIDDEN[kind]
    }

    assert reached_up == set()


def test_there_are_modules_to_check():
    assert {path.parent.name for path in MODULES} >= {"runs", "submissions", "suppliers"}
