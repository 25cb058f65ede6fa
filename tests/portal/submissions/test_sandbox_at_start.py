"""A missing layer of the sandbox is said at start, and stops production."""

import logging

import pytest
from celery.signals import celeryd_after_setup
from django.core.checks import Error, Info, Warning

from evaluation.errors import SandboxUnavailableError
from evaluation.sandbox import Layer
from evaluation.sandbox.layers import LayerName
from portal.submissions import execution
from portal.submissions.checks import sandbox_is_whole
from portal.submissions.worker_start import report_sandbox

WHOLE = tuple(Layer(name.value, in_force=True, detail="seen") for name in LayerName)
NO_SECCOMP = tuple(
    Layer(layer.name, in_force=layer.name != "seccomp", detail="kernel refused") for layer in WHOLE
)


@pytest.fixture
def layers(monkeypatch):
    return lambda found: monkeypatch.setattr(execution, "probe_layers", lambda: found)


@pytest.mark.parametrize(
    ("found", "required", "kind"),
    [
        (WHOLE, True, Info),
        (WHOLE, False, Info),
        (NO_SECCOMP, False, Warning),
        (NO_SECCOMP, True, Error),
    ],
)
def test_the_deployment_check_names_the_missing_layer(layers, settings, found, required, kind):
    layers(found)
    settings.SANDBOX_REQUIRES_ALL_LAYERS = required

    (message,) = sandbox_is_whole()

    assert type(message) is kind
    assert ("seccomp (kernel refused)" in message.msg) == (found is NO_SECCOMP)


def test_a_production_worker_without_a_layer_does_not_start(layers, settings):
    layers(NO_SECCOMP)
    settings.SANDBOX_REQUIRES_ALL_LAYERS = True

    with pytest.raises(SystemExit, match=r"lacks layers on this system: seccomp"):
        report_sandbox()


@pytest.mark.parametrize(("found", "level"), [(WHOLE, "INFO"), (NO_SECCOMP, "WARNING")])
def test_a_development_worker_logs_its_layers_and_starts(layers, settings, caplog, found, level):
    layers(found)
    settings.SANDBOX_REQUIRES_ALL_LAYERS = False

    with caplog.at_level(logging.INFO):
        report_sandbox()

    assert [record.levelname for record in caplog.records] == [level]


def test_a_layer_that_never_reported_counts_as_missing(layers):
    layers(WHOLE[:-1])

    words, is_whole = execution.sandbox_in_words()

    assert not is_whole
    assert f"{WHOLE[-1].name} (not applied)" in words


def test_celery_asks_after_logging_is_set_up_and_before_any_work():
    receivers = [receiver() for _, receiver in celeryd_after_setup.receivers]

    assert report_sandbox in receivers


@pytest.mark.sandbox
def test_the_real_sandbox_is_whole_here():
    words, is_whole = execution.sandbox_in_words()

    assert is_whole, words


def test_a_production_worker_whose_sandbox_cannot_start_does_not_start(monkeypatch, settings):
    def no_child():
        raise SandboxUnavailableError("No sandbox process could be started.")

    monkeypatch.setattr(execution, "probe_layers", no_child)
    settings.SANDBOX_REQUIRES_ALL_LAYERS = True

    with pytest.raises(SystemExit, match="cannot be started on this system"):
        report_sandbox()
