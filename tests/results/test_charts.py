"""Charts as geometry: what is drawn is inside the picture, in the right size, and nothing is drawn of nothing."""

import pytest

from results.charts import HEIGHT, WIDTH, Bars, Cell, Row, Series, Shape, Timeline, nice_ticks
from results.drawing import picture


@pytest.mark.parametrize("highest", [1, 2, 3, 7, 10, 99, 101, 12_345, 9_999_999])
def test_ticks_of_counts_are_whole_and_reach_the_highest(highest):
    ticks = nice_ticks(highest, whole=True)
    assert ticks[0] == 0 and ticks[-1] >= highest
    assert all(tick == int(tick) for tick in ticks)
    assert len(ticks) <= 7


@pytest.mark.parametrize("highest", [0.03, 0.4, 1.7, 2.5, 88.8])
def test_ticks_of_other_figures_reach_the_highest(highest):
    ticks = nice_ticks(highest)
    assert ticks[-1] >= highest > ticks[-2]


@pytest.mark.parametrize("values", [[], [0, 0], [None, None]])
def test_nothing_to_draw(values):
    labels = [str(number) for number in range(len(values))]
    for chart in (Timeline("Tom", labels, [Series("A", values)]), Bars("Tom", labels, [Series("A", values)])):
        assert chart.is_empty
        assert "Nothing" in picture(chart) or "Ingenting" in picture(chart)


@pytest.mark.parametrize("values", [[5], [1, 0, 3], [1_000_000, 1], [0.2, None, 0.9], list(range(37))])
def test_columns_and_lines_stay_inside(values):
    labels = [f"Måned {number}" for number in range(len(values))]
    chart = Timeline("T", labels, [Series("A", values), Series("B", values, Shape.LINE)])
    for column in chart.columns:
        assert column.x >= 0 and column.x + column.width <= WIDTH
        assert column.y >= 0 and column.y + column.height <= HEIGHT
        assert column.height >= 0
    assert all(0 <= mark.y <= HEIGHT for line in chart.lines for mark in line.marks)
    assert len(chart.names) <= 14


def test_twice_as_much_is_twice_as_high():
    low, high = Timeline("T", ["a", "b"], [Series("A", [10, 20])]).columns
    assert high.height == pytest.approx(2 * low.height, abs=0.2)


def test_a_line_breaks_where_a_value_is_unknown():
    line = Timeline("T", list("abcd"), [Series("A", [1, 2, None, 3], Shape.LINE)]).lines[0]
    assert line.path.count("M") == 2 and len(line.marks) == 3


def test_what_is_none_of_the_things_has_no_bar_and_does_not_shrink_the_others():
    chart = Bars("B", ["a"], [Series("Nå", [2])], rest=Row("Uten", "", [Cell(1_000)]))
    assert chart.bar_rows[0].bars[0].share == 100
    assert "Uten" in picture(chart) and "1\u00a0000" in picture(chart)


def test_long_labels_are_broken_into_lines_in_the_picture():
    name = "En svært lang årsak som noen har skrevet og som ikke får plass på en linje"
    text = picture(Bars("B", [name], [Series("Nå", [2])]))
    assert name not in text
    assert all(word in text for word in name.split())


def test_lines_are_told_apart_by_the_shape_of_their_marks():
    text = picture(Timeline("T", ["a", "b"], [Series("A", [1, 2], Shape.LINE), Series("B", [2, 3], Shape.LINE)]))
    assert text.count("<circle") == 3 and text.count("rotate(45") == 3  # two values and the key


@pytest.mark.parametrize(("lowest", "highest"), [(-3, 4), (-2.5, 0), (-0.04, 0.3), (-1_200_000, 300_000), (-99, -12)])
def test_ticks_go_through_nought_from_the_lowest_to_the_highest(lowest, highest):
    ticks = nice_ticks(highest, lowest=lowest)
    assert 0 in ticks and ticks == sorted(ticks)
    assert ticks[0] <= lowest < ticks[1]
    assert ticks[-2] < max(highest, 0) <= ticks[-1] or ticks[-1] == 0
    assert len(ticks) <= 8


def test_what_is_below_nought_hangs_from_its_line():
    chart = Timeline("Avvik fra budsjett", list("abc"), [Series("Avvik", [-2, 1, 0])], unit="%", limit=-1)
    below, above = chart.columns
    assert chart.goes_below
    assert below.y == chart.nought_y == pytest.approx(above.y + above.height, abs=0.2)
    assert below.height == pytest.approx(2 * above.height, abs=0.2)
    assert below.y + below.height <= chart.floor
    assert chart.nought_y < chart.limit_y < chart.floor
    assert 'class="nought"' in picture(chart)


def test_a_line_below_nought_stays_inside():
    chart = Timeline("Avvik", list("ab"), [Series("Avvik", [-5, -1], Shape.LINE)])
    assert all(chart.nought_y <= mark.y <= chart.floor for mark in chart.lines[0].marks)


def test_bars_go_each_way_from_nought():
    chart = Bars("Avvik", list("abc"), [Series("Avvik", [3, -1, None])], rest=Row("Uten", "", [Cell(-9)]))
    over, under, unknown = (row.bars[0] for row in chart.bar_rows)
    assert over.start == pytest.approx(chart.nought)
    assert under.start + under.share == pytest.approx(chart.nought)
    assert over.share == pytest.approx(3 * under.share, abs=0.2)
    assert under.start >= 0 and over.start + over.share <= 100
    assert (unknown.share, chart.rest_rows[0].bars[0].share) == (0, 0)
    assert 'class="nought"' in picture(chart) and "\u22121" in picture(chart)


@pytest.mark.parametrize("kind", [Timeline, Bars])
def test_no_line_at_nought_where_the_axis_begins_there(kind):
    chart = kind("T", ["a"], [Series("A", [2])])
    assert not chart.goes_below
    assert 'class="nought"' not in picture(chart)
