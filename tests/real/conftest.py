"""The real test sets, imported, and the models' runs on them: each once, by the command line."""

from types import SimpleNamespace

import pytest

from evaluation.cli.dispatch import main
from evaluation.comparison import PairScores
from evaluation.results import load_result

COLUMNS = [
    "--sample-column=image",
    "--subject-column=identity",
    "--reference-column=image_a",
    "--probe-column=image_b",
    "--mated-column=same",
    "--fold-column=fold",
    "--landmark-sample-column=image",
]


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/real/" in str(item.path):
            item.add_marker(pytest.mark.real)
            item.add_marker(pytest.mark.xdist_group("real"))  # they share what is made once


@pytest.fixture(scope="session")
def work(tmp_path_factory):
    return tmp_path_factory.mktemp("real")


@pytest.fixture(scope="session")
def real_set(real_dir, work):
    """Import lfw_view1_test or orl as crops, as photographs, or as photographs marked up."""
    made = {}

    def get(name, kind):
        if (name, kind) not in made:
            made[name, kind] = work / f"{name}-{kind}"
            import_real(real_dir / "data" / name, kind, made[name, kind])
        return made[name, kind]

    return get


def import_real(data, kind, to):
    pairs = data / "pairs.csv"
    main_or_fail(
        "import",
        "pairs-csv",
        f"--samples={data / 'identities.csv'}",
        f"--images={data / ('aligned' if kind == 'crops' else 'images')}",
        f"--file-column={'aligned' if kind == 'crops' else 'image'}",
        f"--image-kind={'aligned' if kind == 'crops' else 'photograph'}",
        *COLUMNS,
        *([f"--pairs={pairs}"] if pairs.exists() else []),
        *([f"--landmarks={data / 'landmarks.csv'}"] if kind == "marked" else []),
        "--all-pairs",
        "--leave-one-out",
        f"--name={data.name.replace('_', '-')}-{kind}",
        f"--title={data.name} {kind}",
        f"--to={to}",
    )


@pytest.fixture(scope="session")
def real_run(real_dir, real_set, work):
    """Run a model on a set as its supplier would; photographs that are not marked, by yunet_n."""
    made = {}

    def get(model, name, kind):
        if (model, name, kind) not in made:
            out = work / f"{model}-{name}-{kind}"
            models = real_dir / "models"
            main_or_fail(
                "run",
                f"--model={models / model}.onnx",
                f"--card={models / model}.json",
                f"--test-set={real_set(name, kind)}",
                *([f"--detector={models / 'yunet_n.onnx'}"] if kind == "photographs" else []),
                *(f"--out={out}", "--keep-work", "--speed-seconds=0"),
            )
            made[model, name, kind] = read_run(out)
        return made[model, name, kind]

    return get


def read_run(out):
    parts = sorted((out / "work").glob("comparisons-pairs-*.npz"))
    pairs = PairScores.concatenate([PairScores.load(part) for part in parts]) if parts else None
    return SimpleNamespace(result=load_result(out / "result.json"), pairs=pairs)


def main_or_fail(*arguments):
    code = main(arguments)
    assert code == 0, f"exit code {code} of: python -m evaluation {' '.join(arguments)}"
