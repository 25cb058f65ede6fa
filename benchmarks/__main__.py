"""``python -m benchmarks [NAME ...]``: runs the named benchmarks, or all of them."""

from __future__ import annotations

import importlib
import pkgutil
import sys

import benchmarks
from benchmarks.rounds import machine

COMMON = {
    "__main__",
    "large_portal",
    "many_results",
    "networks",
    "rounds",
    "scratch",
    "site",
    "web",
}


def names() -> list[str]:
    """Every module of this folder that has a ``run``."""
    found = {module.name for module in pkgutil.iter_modules(benchmarks.__path__)}
    return sorted(found - COMMON)


def main() -> int:
    """Print the machine once, then one line for each ratio."""
    chosen = sys.argv[1:] or names()
    unknown = sorted(set(chosen) - set(names()))
    if unknown:
        print(f"There is no benchmark {', '.join(unknown)}; there are {', '.join(names())}.")
        return 2
    print(machine(), flush=True)
    for name in chosen:
        for ratio in importlib.import_module(f"benchmarks.{name}").run():
            print(f"{name}: {ratio.line()}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
