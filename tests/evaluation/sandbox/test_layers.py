"""Systems that lack a layer, made by a filter around the whole program."""

import json
import subprocess
import sys

import pytest

from evaluation.sandbox import Layer, LayerName, layers_in_words, missing_layers, probe_layers

pytestmark = pytest.mark.sandbox

# Refuses one system call with ENOSYS, or prctl with one first argument, and allows the rest.
SCRIPT = """
import ctypes, errno, json, sys
sys.path.insert(0, sys.argv[1])
from evaluation.errors import SandboxUnavailableError
from evaluation.sandbox import LayerPolicy, SandboxedModel, bpf, kernel, probe_layers, seccomp
from evaluation.sandbox.syscalls import MACHINES
from tests.hostile.graphs import linear

known = MACHINES[kernel.machine()]
absent = {
    "landlock": bpf.Test(444, answer=bpf.errno_answer(errno.ENOSYS)),
    "seccomp": bpf.Test(
        known.numbers["prctl"],
        (bpf.Condition(0, kernel.PR_SET_SECCOMP),),
        bpf.errno_answer(errno.EINVAL),
    ),
}[sys.argv[2]]
kernel.prctl(kernel.PR_SET_NO_NEW_PRIVS, 1)
seccomp.install(bpf.assemble(known.audit_architecture, [absent], bpf.ALLOW))

layers = {layer.name: layer.in_force for layer in probe_layers()}
model = linear().SerializeToString()
try:
    SandboxedModel(model)
    refusal = None
except SandboxUnavailableError as error:
    refusal = str(error)
with SandboxedModel(model, policy=LayerPolicy.REPORT_MISSING) as reported:
    loaded = [layer.name for layer in reported.layers if not layer.in_force]
print(json.dumps({"layers": layers, "refusal": refusal, "reported": loaded}))
"""


def on_a_system_without(layer, repo_root):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(repo_root), layer],
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def test_this_system_has_every_layer():
    layers = probe_layers()
    assert [layer.name for layer in layers] == [name.value for name in LayerName]
    assert missing_layers(layers) == ()


def test_without_landlock_nothing_is_run_unless_reporting_was_chosen(repo_root):
    seen = on_a_system_without("landlock", repo_root)
    assert [name for name, in_force in seen["layers"].items() if not in_force] == ["landlock"]
    assert "This system lacks layers of the sandbox: landlock (" in seen["refusal"]
    assert seen["reported"] == ["landlock"]


def test_without_the_call_filter_nothing_is_run_unless_reporting_was_chosen(repo_root):
    seen = on_a_system_without("seccomp", repo_root)
    missing = {"seccomp", "network"}
    assert {name for name, in_force in seen["layers"].items() if not in_force} == missing
    assert "seccomp (" in seen["refusal"]
    assert set(seen["reported"]) == missing


def test_a_layer_that_is_not_reported_is_missing():
    layers = (Layer("rlimits", in_force=True, detail=""), Layer("seccomp", False, "why"))
    assert "seccomp" in missing_layers(layers)
    assert "landlock" in missing_layers(layers)
    assert "rlimits" not in missing_layers(layers)


def test_every_layer_has_words_and_an_unknown_one_keeps_its_name():
    words = layers_in_words([name.value for name in LayerName])

    assert len(words.split(", ")) >= len(LayerName)
    assert not any(name in words.split(", ") for name in LayerName)
    assert layers_in_words(("network", "later")) == "lock on the network, later"
    assert layers_in_words(()) == "none"
