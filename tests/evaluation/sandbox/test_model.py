"""A real child with small models whose outputs are computed here by hand."""

import hashlib
import multiprocessing
import os
import signal
import threading
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pytest
from onnx import TensorProto, helper

from evaluation.errors import ModelFailureError, SandboxUnavailableError
from evaluation.sandbox import Limits, RuntimeFacts, SandboxedModel, missing_layers
from tests.hostile.graphs import DIM, SIDE, after_linear, build, linear, tensor_of, weights

pytestmark = pytest.mark.sandbox

HONEST = linear().SerializeToString()


def images(n, seed=0):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, 3, SIDE, SIDE)).astype(np.float32)


def expected(batch):
    return batch.reshape(len(batch), -1).astype(np.float64) @ weights()


def failure_of(act):
    with pytest.raises(ModelFailureError) as caught:
        act()
    return caught.value.refusal.code


def test_one_child_serves_batches_of_any_size():
    with SandboxedModel(HONEST) as model:
        for n in (1, 5, 2):
            outputs = model.infer(images(n, seed=n))
            assert list(outputs) == ["embedding"]
            assert outputs["embedding"] == pytest.approx(expected(images(n, seed=n)), abs=1e-3)


def test_every_layer_is_in_force_and_the_child_is_measured():
    with SandboxedModel(HONEST) as model:
        assert missing_layers(model.layers) == ()
        assert model.runtime == RuntimeFacts(version("onnxruntime"), ("CPUExecutionProvider",))
        assert model.load_seconds > 0
        assert model.peak_memory_bytes() > 10 << 20
    assert model.peak_memory_bytes() > 10 << 20  # known after the end too


def kernel_says(pid, file):
    lines = Path(f"/proc/{pid}/{file}").read_text().splitlines()
    return "\n".join(" ".join(line.split()) for line in lines)


def test_the_kernels_own_tables_show_the_layers():
    limits = Limits(memory_bytes=1 << 30, address_space_bytes=3 << 30, cpu_seconds=77)
    with SandboxedModel(HONEST, limits=limits) as model:
        bounds, status = kernel_says(model.pgid, "limits"), kernel_says(model.pgid, "status")
    for line in (
        f"Max data size {1 << 30} {1 << 30} bytes",
        f"Max address space {3 << 30} {3 << 30} bytes",
        "Max cpu time 77 82 seconds",
        "Max file size 0 0 bytes",
        "Max core file size 0 0 bytes",
        "Max open files 16 16 files",
    ):
        assert line in bounds
    for line in (
        "NoNewPrivs: 1",
        "Seccomp: 2",
        "CapEff: 0000000000000000",
        "CapPrm: 0000000000000000",
        "Threads: 1",
    ):
        assert line in status


def test_facts_say_which_file_was_loaded():
    with SandboxedModel(HONEST) as model:
        assert model.facts.sha256 == hashlib.sha256(HONEST).hexdigest()
        assert model.facts.file_bytes == len(HONEST)


def test_outputs_of_every_type_and_of_free_size_arrive():
    model = build(
        [
            helper.make_node("Cast", ["image"], ["half"], to=TensorProto.FLOAT16),
            helper.make_node("Shape", ["image"], ["size"]),
            helper.make_node("Greater", ["image", "image"], ["greater"]),
            helper.make_node("ReduceMax", ["image"], ["most"], keepdims=0),
        ],
        inputs=[tensor_of("image", ("batch", 3, "height", "width"))],
        outputs=[
            tensor_of("half", ("a", "b", "c", "d"), TensorProto.FLOAT16),
            tensor_of("size", (4,), TensorProto.INT64),
            tensor_of("greater", ("a", "b", "c", "d"), TensorProto.BOOL),
            tensor_of("most", ()),
        ],
    )
    with SandboxedModel(model.SerializeToString()) as sandboxed:
        for height, width in ((4, 6), (32, 8)):
            batch = np.full((1, 3, height, width), 2.5, np.float32)
            outputs = sandboxed.infer(batch)
            assert outputs["half"].dtype == np.float16
            assert outputs["half"].tolist() == batch.tolist()
            assert outputs["size"].tolist() == [1, 3, height, width]
            assert not outputs["greater"].any()
            assert outputs["most"] == 2.5


def test_an_empty_batch_gives_empty_outputs():
    with SandboxedModel(HONEST) as model:
        assert model.infer(images(0))["embedding"].shape == (0, DIM)


def test_two_threads_of_the_runtime_give_the_same_numbers():
    with SandboxedModel(HONEST, limits=Limits(threads=2)) as model:
        outputs = model.infer(images(64))
    assert outputs["embedding"] == pytest.approx(expected(images(64)), abs=1e-3)


def test_the_childs_own_seconds_are_within_the_parents():
    with SandboxedModel(HONEST) as model:
        _, seconds = model.infer_timed(images(4))
    assert 0 < seconds < 60


def test_only_float32_is_taken():
    with SandboxedModel(HONEST) as model, pytest.raises(ValueError, match="float32"):
        model.infer(images(1).astype(np.float64))


def test_a_model_that_fails_on_one_batch_still_serves_the_next():
    with SandboxedModel(HONEST) as model:
        assert failure_of(lambda: model.infer(np.zeros((1, 3, 5, 5), np.float32))) == "MODEL-FAILED"
        assert model.infer(images(1))["embedding"].shape == (1, DIM)


def test_the_group_is_told_as_soon_as_it_exists_and_is_gone_at_the_end():
    groups = []
    with SandboxedModel(HONEST, on_start=groups.append) as model:
        assert groups == [model.pgid]
        os.killpg(model.pgid, 0)
    with pytest.raises(ProcessLookupError):
        os.killpg(groups[0], 0)


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (signal.SIGSEGV, "MODEL-CRASHED"),
        (signal.SIGABRT, "MODEL-CRASHED"),
        (signal.SIGXCPU, "MODEL-CPU"),
        (signal.SIGSYS, "MODEL-FORBIDDEN"),
    ],
)
def test_death_by_a_signal_is_the_models_fault_and_has_its_code(number, code):
    with SandboxedModel(HONEST) as model:
        os.kill(model.pgid, number)
        assert failure_of(lambda: model.infer(images(1))) == code
        assert failure_of(lambda: model.infer(images(1))) == code  # and remains so


def test_death_from_outside_is_not_the_models_fault():
    with SandboxedModel(HONEST) as model:
        os.killpg(model.pgid, signal.SIGKILL)
        with pytest.raises(SandboxUnavailableError, match="killed from outside"):
            model.infer(images(1))


def test_a_stopped_child_is_late():
    with SandboxedModel(HONEST, limits=Limits(batch_seconds=0.2)) as model:
        os.kill(model.pgid, signal.SIGSTOP)
        assert failure_of(lambda: model.infer(images(1))) == "MODEL-TIMEOUT"


def test_two_models_live_side_by_side():
    doubled = after_linear([helper.make_node("Add", ["honest", "honest"], ["embedding"])])
    with SandboxedModel(HONEST) as first, SandboxedModel(doubled.SerializeToString()) as second:
        once, twice = first.infer(images(2)), second.infer(images(2))
    assert twice["embedding"] == pytest.approx(2 * once["embedding"], rel=1e-5)


def test_a_batch_written_into_the_room_gives_the_same_numbers():
    with SandboxedModel(HONEST) as model:
        copied = model.infer(images(5))["embedding"]
        room = model.room((2, *images(5).shape))
        room[1] = images(5)
        assert np.array_equal(model.infer(room[1, :5])["embedding"], copied)
        assert np.array_equal(model.infer(room[1, 2:4])["embedding"], copied[2:4])


def test_several_batches_in_one_exchange_give_what_each_gives_alone():
    with SandboxedModel(HONEST) as model:
        batches = [images(n, seed=n) for n in (3, 1, 5)]
        alone = [model.infer(batch)["embedding"] for batch in batches]
        room = model.room(images(9).shape)
        room[4:] = batches[2]
        together = model.infer_all([batches[0], batches[1], room[4:9]])
    for one, other in zip(alone, together, strict=True):
        assert one.tobytes() == other["embedding"].tobytes()


@pytest.mark.parametrize("n", [0, 129])
def test_an_exchange_of_no_batch_or_too_many_is_an_error_of_the_caller(n):
    with SandboxedModel(HONEST) as model:
        with pytest.raises(ValueError, match="1 to 128 batches"):
            model.infer_all([images(1)] * n)
        assert len(model.infer_all([images(1)] * 128)) == 128


def test_a_room_beyond_the_limits_is_ordinary_memory():
    with SandboxedModel(HONEST, limits=Limits(max_input_bytes=1 << 12)) as model:
        assert model.room((1 << 11,)).shape == (1 << 11,)


def test_a_thread_may_hold_a_model():
    results = []

    def work():
        with SandboxedModel(HONEST) as model:
            results.append(model.infer(images(3))["embedding"].shape)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [(3, DIM)] * 2


def _in_a_pool_process(queue):
    with SandboxedModel(HONEST) as model:
        queue.put(model.infer(images(2))["embedding"].shape)


def test_a_daemonic_worker_process_may_hold_a_model():
    context = multiprocessing.get_context("fork")
    queue = context.SimpleQueue()
    process = context.Process(target=_in_a_pool_process, args=(queue,), daemon=True)
    process.start()
    assert queue.get() == (2, DIM)
    process.join()


def test_nothing_is_left_open_after_many_models():
    def count():
        return len(list(Path("/proc/self/fd").iterdir()))

    with SandboxedModel(HONEST):
        pass
    before = count()
    for _ in range(3):
        with SandboxedModel(HONEST) as model:
            model.infer(images(1))
    with pytest.raises(ModelFailureError):
        SandboxedModel(b"garbage")
    assert count() == before


def test_an_error_of_the_callers_notice_ends_the_child():
    groups = []

    def refuse(group):
        groups.append(group)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        SandboxedModel(HONEST, on_start=refuse)
    with pytest.raises(ProcessLookupError):
        os.killpg(groups[0], 0)
