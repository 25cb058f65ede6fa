"""Every figure of a result fits its row, however long the names of groups are."""

from dataclasses import asdict

from evaluation.results import figures_of
from portal.runs.models import Measurement
from tests.evaluation.made_result import make_result, result

__all__ = ["make_result", "result"]


def with_long_names(result):
    def lengthened(found):
        groups = [
            group.model_copy(update={"values": tuple(value * 40 for value in group.values)})
            for group in found.groups
        ]
        return found.model_copy(update={"groups": tuple(groups)})

    return result.model_copy(
        update={
            "differentials": tuple(map(lengthened, result.differentials)),
            "search_differentials": tuple(map(lengthened, result.search_differentials)),
        }
    )


def test_every_figure_fits_the_columns_of_its_row(result):
    figures = list(figures_of(with_long_names(result)))
    assert max(len(figure.condition) for figure in figures) > 500
    for figure in figures:
        Measurement(**asdict(figure)).clean_fields(exclude=["run"])
