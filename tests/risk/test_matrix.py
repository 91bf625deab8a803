"""The matrix: every square, the rows in it, and the same in words."""

import re
from itertools import product

import pytest
from django.template import Context, Template

from cases.risk import LEVELS
from risk import matrix
from risk.models import Risk
from tests import factories

pytestmark = pytest.mark.django_db


def at(places):
    return [(s.probability, s.consequence, s.count) for s in places.taken]


def rendered(rows):
    return Template("{% load risk_tags %}{% risk_matrix rows %}").render(Context({"rows": rows}))


def test_every_square_is_there_once_highest_probability_first():
    squares = [square for line in matrix.before([]).lines for square in line]
    assert [(s.probability, s.consequence) for s in squares] == list(product(reversed(LEVELS), LEVELS))
    assert all(s.score == s.probability * s.consequence for s in squares)
    assert {s.colour.value for s in squares if s.score > 10} == {"red"}


def test_rows_stand_before_and_after_with_their_numbers():
    moved = Risk(probability=4, consequence=5, residual_probability=2, residual_consequence=5)
    same = Risk(probability=4, consequence=5)
    assert at(matrix.before([moved, same])) == [(4, 5, 2)]
    assert at(matrix.after([moved, same])) == [(4, 5, 1), (2, 5, 1)]
    assert [one.number for one in matrix.after([moved, same]).taken[0].risks] == [2]


@pytest.mark.parametrize("scores", [{}, {"probability": 3}, {"consequence": 3}])
def test_a_row_that_is_not_scored_stands_nowhere_and_is_counted(scores):
    found = matrix.before([Risk(**scores), Risk(probability=1, consequence=1)])
    assert (at(found), found.unplaced) == ([(1, 1, 1)], 1)
    assert [one.number for one in found.taken[0].risks] == [2]


@pytest.mark.parametrize("residual", [{"residual_probability": 1}, {"residual_consequence": 1}])
def test_half_a_residual_moves_nothing(residual):
    assert at(matrix.after([Risk(probability=3, consequence=3, **residual)])) == [(3, 3, 1)]


def test_counts_of_the_same_square_are_added():
    found = matrix.of_counts([((2, 3), 4), ((2, 3), 1), ((5, 5), 2)], lambda p, c: f"?{p}{c}")
    assert [(s.score, s.count, s.address) for s in found.taken] == [(25, 2, "?55"), (6, 5, "?23")]


def test_it_is_a_table_whose_numbers_lead_to_the_rows(cast):
    assessment = factories.make_assessment(cast.leader)
    rows = [factories.make_risk(assessment, cast.leader, threat=f"Trussel <{n}>") for n in range(3)]
    html = rendered(rows)
    assert html.count("<table") == 2
    assert html.count('<th scope="row">') == 2 * 5
    for number, row in enumerate(rows, 1):
        assert len(re.findall(rf'href="{row.get_absolute_url()}"[^>]*>.*?{number}\b', html)) == 4  # squares and words
    assert "<0>" not in html


def test_many_rows_in_a_square_are_behind_their_number(cast):
    assessment = factories.make_assessment(cast.leader, rows=7)
    html = rendered(assessment.rows.live())
    assert html.count('<details class="matrix__many">') == 2


def test_an_empty_matrix_has_no_words(cast):
    assert "<details" not in rendered([])
