"""What is drawn, read back from the picture itself."""

import re
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest

from portal.core.drawing import Kind, picture
from portal.core.drawing.words import colour, spoken

AXIS = {"title": {"text": "Axis"}}
FRAME = {"height": 300, "margin": {"l": 70, "r": 20, "t": 20, "b": 60}}
SCALE = 2
"""Dots of the picture for one pixel of the screen."""


def a_figure(*traces, x=None, y=None, **layout):
    axes = {"xaxis": AXIS | (x or {}), "yaxis": AXIS | (y or {})}
    return {"data": list(traces), "layout": FRAME | axes | layout}


def a_line(x, y, **more):
    return {"type": "scatter", "mode": "lines", "x": x, "y": y,
            "line": {"color": "#ff0000", "width": 4}} | more  # fmt: skip


def pixels(figure):
    return cv2.imdecode(np.frombuffer(picture(figure, Kind.PNG), np.uint8), cv2.IMREAD_COLOR)


def places_of(image, red, green, blue):
    """Return the rows and columns of a colour, in dots."""
    rows, columns = np.nonzero((image == (blue, green, red)).all(axis=2))
    return rows, columns


def test_a_picture_is_as_high_as_its_figure_and_twice_as_sharp_as_the_screen():
    image = pixels(a_figure(a_line([0, 1], [0, 1])))

    assert image.shape == (300 * SCALE, 960 * SCALE, 3)


def test_a_logarithmic_axis_puts_each_power_of_ten_at_the_same_distance():
    """Marks at 1, 10 and 100 of an axis from 1 to 100: the middle one lies in the middle."""
    marks = {"type": "scatter", "mode": "markers", "x": [1, 10, 100], "y": [0, 0, 0],
             "marker": {"color": "#ff0000", "symbol": "square", "size": 8}}  # fmt: skip
    _, columns = places_of(
        pixels(a_figure(marks, x={"type": "log", "range": [-0.5, 2.5]})), 255, 0, 0
    )

    clusters = np.split(np.unique(columns), np.nonzero(np.diff(np.unique(columns)) > 1)[0] + 1)
    first, middle, last = (cluster.mean() for cluster in clusters)
    assert middle - first == pytest.approx(last - middle, abs=2)


def test_a_line_that_steps_keeps_its_height_until_the_next_point():
    stepped = a_line([0, 1, 2], [0, 1, 1])
    stepped["line"] = stepped["line"] | {"shape": "hv"}
    rows, columns = places_of(pixels(a_figure(stepped)), 255, 0, 0)

    lowest = columns[rows >= rows.max() - 6]
    reach = columns.max() - columns.min()
    assert lowest.max() - lowest.min() == pytest.approx(reach / 2, abs=12)


def test_a_note_on_a_logarithmic_axis_stands_at_the_power_of_ten_that_it_names():
    note = {"text": "■", "x": 1, "y": 0.5, "yref": "paper", "showarrow": False,
            "font": {"color": "#0000ff", "size": 20}}  # fmt: skip
    marks = a_line([10, 10], [0, 1])
    image = pixels(a_figure(marks, x={"type": "log", "range": [0, 2]}, annotations=[note]))

    line, named = places_of(image, 255, 0, 0)[1], places_of(image, 0, 0, 255)[1]
    assert named.mean() == pytest.approx(line.mean(), abs=3)


def test_plots_of_their_own_lie_where_their_axes_say():
    upper = a_line([0, 1], [0, 1])
    lower = a_line([0, 1], [0, 1], yaxis="y2", line={"color": "#0000ff", "width": 4})
    figure = a_figure(upper, lower, y={"domain": [0.6, 1]})
    figure["layout"]["yaxis2"] = AXIS | {"domain": [0, 0.4]}

    image = pixels(figure)

    assert places_of(image, 255, 0, 0)[0].max() < places_of(image, 0, 0, 255)[0].min()


def test_bars_are_drawn_lying_where_they_are_to_lie():
    bar = {"type": "bar", "orientation": "h", "x": [3, 1], "y": ["a", "b"],
           "marker": {"color": "#ff0000"}}  # fmt: skip
    rows, columns = places_of(pixels(a_figure(bar)), 255, 0, 0)

    lengths = [np.ptp(columns[rows == row]) for row in np.unique(rows)]
    assert max(lengths) == pytest.approx(3 * min(lengths), rel=0.03)


def test_the_same_figure_gives_the_same_bytes_in_any_thread():
    figure = a_figure(a_line([0, 1], [0, 1], name="Line"), showlegend=True)

    with ThreadPoolExecutor(4) as threads:
        drawn = set(threads.map(lambda _: picture(figure, Kind.SVG), range(8)))

    assert len(drawn) == 1


def test_a_vector_picture_needs_no_font_and_names_no_date():
    text = picture(a_figure(a_line([0, 1], [0, 1])), Kind.SVG).decode()

    assert "<text" not in text
    assert not re.search(r"<dc:date>|20\d\d-", text)


def test_words_are_shown_as_they_were_entered():
    assert spoken("A &lt;b&gt; &amp; $x$") == r"A <b> & \$x\$"


def test_colours_are_read_with_what_shines_through():
    assert colour("rgba(255,0,51,0.5)") == (1.0, 0.0, 0.2, 0.5)
    assert colour("#0072B2") == "#0072B2"
