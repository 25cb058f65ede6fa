import threading

import pytest
from threadpoolctl import ThreadpoolController, threadpool_limits

from evaluation.comparison.threads import share_out


def blas_threads(_):
    found = ThreadpoolController().select(user_api="blas").info()
    return {library["num_threads"] for library in found}


@pytest.mark.parametrize("threads", [1, 3])
def test_results_stand_in_the_order_of_the_pieces(threads):
    assert share_out(lambda piece: piece * piece, range(50), threads=threads) == [
        k * k for k in range(50)
    ]


@pytest.mark.parametrize("threads", [1, 2])
def test_linear_algebra_has_one_thread_inside_and_what_it_had_afterwards(threads):
    with threadpool_limits(limits=3):
        before = blas_threads(None)
        inside = share_out(blas_threads, [0, 1], threads=threads)

        assert inside == [{1}, {1}]
        assert blas_threads(None) == before


def test_pieces_are_taken_by_several_threads_at_once():
    meeting = threading.Barrier(2, timeout=30)

    share_out(lambda _: meeting.wait(), [0, 1], threads=2)


@pytest.mark.parametrize(("pieces", "threads"), [([1], 5), ([1, 2, 3], 1), ([], 4)])
def test_one_thread_or_one_piece_starts_no_thread(pieces, threads):
    ran = share_out(lambda _: threading.current_thread(), pieces, threads=threads)

    assert set(ran) <= {threading.current_thread()}


def test_no_thread_is_refused():
    with pytest.raises(ValueError, match="threads is at least 1, got 0"):
        share_out(abs, [1], threads=0)


def test_an_error_of_one_piece_comes_out():
    with pytest.raises(ZeroDivisionError):
        share_out(lambda piece: 1 // piece, [1, 0, 2], threads=2)
