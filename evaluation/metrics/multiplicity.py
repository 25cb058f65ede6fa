"""Many tests at once: p-values adjusted so that one false alarm in twenty stays one in twenty."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """Adjust p-values by Holm's step-down rule.

    Parameters
    ----------
    p_values : sequence of float
        In [0, 1], one for each test of the family; none at all is fine.

    Returns
    -------
    tuple of float
        In [0, 1], in the order given. A hypothesis is rejected at level alpha by Holm's
        rule exactly where its adjusted value is at most alpha.

    Raises
    ------
    ValueError
        A value lies outside [0, 1] or is NaN.

    References
    ----------
    Holm 1979, A simple sequentially rejective multiple test procedure,
    Scandinavian Journal of Statistics 6, 65-70.
    """
    values = np.asarray(p_values, dtype=np.float64)
    if not np.all((values >= 0) & (values <= 1)):
        raise ValueError("p-values lie in [0, 1]")
    order = np.argsort(values, kind="stable")
    factors = values.size - np.arange(values.size)
    adjusted = np.empty_like(values)
    adjusted[order] = np.minimum(1.0, np.maximum.accumulate(values[order] * factors))
    return tuple(adjusted.tolist())
