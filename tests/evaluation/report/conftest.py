"""The made-up result of `made_result`, for every test of this folder."""

from tests.evaluation.made_result import make_result, result

__all__ = ["make_result", "result"]
