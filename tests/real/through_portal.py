"""Real models taken through the portal by its own services, its messages delivered in place."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.test import Client

from portal.accounts.models import Role, User
from portal.runs.models import EvaluationRun
from portal.runs.services import queue_run
from portal.submissions.services import submit_model
from portal.testsets.packages import take_in
from portal.testsets.services import register_test_set, set_active
from tests.portal.builders import make_product, make_supplier, make_supplier_user, make_user

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from portal.submissions.models import Submission
    from portal.testsets.models import TestSet
    from tests.portal.pipeline import Messages

LFW, ORL = "lfw_view1_test", "orl"
MODELS = {
    "crops": ["mobilefacenet_foamliu", "mobileface_v3"],
    "marked": ["mobileface_v1"],  # its own template: its reference was cut from the photographs
}


@dataclass
class RealPortal:
    """The portal with real models in it: sets by data and kind, submissions by model."""

    real_dir: Path
    package: Callable[[str, str], Path]
    messages: Messages
    jsarc: User = field(default_factory=lambda: make_user(Role.JSARC))
    test_sets: dict[tuple[str, str], TestSet] = field(default_factory=dict)
    submissions: dict[str, Submission] = field(default_factory=dict)

    def register(self, name: str, kind: str, *, is_active: bool = True) -> TestSet:
        package = take_in(self.package(name, kind))
        test_set = register_test_set(package=package, by=self.jsarc, is_active=is_active)
        self.test_sets[name, kind] = test_set
        return test_set

    def submit(self, model: str) -> Submission:
        """Submit a model with its real card, as a person of its supplier."""
        files = self.real_dir / "models"
        supplier = make_supplier(legal_name=f"Supplier of {model}")
        file = io.BytesIO((files / f"{model}.onnx").read_bytes())
        file.name = f"{model}.onnx"
        submission = submit_model(
            product=make_product(supplier=supplier, name=model),
            card=json.loads((files / f"{model}.json").read_text()),
            model_file=file,
            by=make_supplier_user(supplier),
        )
        self.submissions[model] = submission
        return submission

    def evaluate_on_sets_in_use(self, names: Iterable[str], kind: str) -> None:
        """Put sets in use, submit the models that are evaluated on such sets, and work it off."""
        in_use = [self.register(name, kind) for name in names]
        for model in MODELS[kind]:
            self.submit(model)
        self.messages.deliver_all()
        for test_set in in_use:
            set_active(test_set=test_set, is_active=False, by=self.jsarc)

    def evaluate(self, model: str, name: str, kind: str) -> None:
        """Queue one evaluation as JSaRC does, and work it off."""
        self.queue(model, name, kind)
        self.messages.deliver_all()

    def queue(self, model: str, name: str, kind: str) -> EvaluationRun:
        submission = self.submissions[model]
        submission.refresh_from_db()
        return queue_run(submission=submission, test_set=self.test_sets[name, kind], by=self.jsarc)

    def run(self, model: str, name: str, kind: str) -> EvaluationRun:
        return EvaluationRun.objects.get(
            submission=self.submissions[model], test_set=self.test_sets[name, kind]
        )


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def names_in(root: Path) -> set[str]:
    """Every name by which a package knows its samples, files and subjects."""
    rows = [line.split(",") for line in (root / "samples.csv").read_text().splitlines()]
    columns = [rows[0].index(name) for name in ("sample", "file", "subject")]
    names = {row[column] for row in rows[1:] for column in columns}
    return names | {name.rpartition("/")[2] for name in names}


def names_told(text: str, names: set[str]) -> set[str]:
    """Names that stand in a text as words of their own, however they are set off."""
    words = set(re.findall(r"[\w.-]+", text)) | set(re.findall(r"[\w./-]+", text))
    return names & (words | {word.strip(".") for word in words})


def measured(run: EvaluationRun, metric: str, protocol: str, target: float | None = None) -> Any:
    return run.measurements.get(metric=metric, protocol=protocol, target=target)
