"""The made-up result of `made_result`, for the tests of what documents say."""

from tests.evaluation.made_result import make_result, result

__all__ = ["make_result", "result"]
