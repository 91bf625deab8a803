"""How forms are shown: label, help and error beside the field, tied together for screen readers."""

import re

import pytest
from django import forms
from django.template.loader import render_to_string


class Sample(forms.Form):
    kind = forms.ChoiceField(
        label="Slag", widget=forms.RadioSelect(attrs={"class": "choice"}), choices=[("a", "A"), ("b", "B")]
    )
    text = forms.CharField(label="Tekst", widget=forms.Textarea, help_text="Kort & <b>klart</b>")
    when = forms.DateField(label="Når", required=False)
    law = forms.BooleanField(label="Lovbrudd", required=False, help_text="Si fra")
    files = forms.FileField(label="Filer", required=False)
    where = forms.ChoiceField(label="Hvor", choices=[("x", "X")])
    secret = forms.CharField(widget=forms.HiddenInput, required=False)


@pytest.fixture
def wrong() -> str:
    return str(Sample({"when": "i morgen <script>", "where": "y"}))


def test_every_field_has_a_label_that_points_at_it() -> None:
    html = str(Sample())
    for name in ("text", "when", "law", "files", "where", "kind_0"):
        assert f'for="id_{name}"' in html
        assert f'id="id_{name}"' in html
    assert "<legend>Slag" in html


def test_help_and_errors_are_tied_to_the_field(wrong: str) -> None:
    field = re.search(r"<textarea[^>]*>", wrong)
    assert field
    assert 'aria-invalid="true"' in field[0]
    for described_by in ("id_text_helptext", "id_text_error"):
        assert described_by in field[0]
        assert f'id="{described_by}"' in wrong


def test_what_was_typed_is_kept_and_escaped(wrong: str) -> None:
    assert 'value="i morgen &lt;script&gt;"' in wrong
    assert "Kort &amp; &lt;b&gt;klart&lt;/b&gt;" in wrong


def test_optional_fields_say_so_and_filters_do_not() -> None:
    assert str(Sample()).count('class="optional"') == 2  # when and files; a box to tick speaks for itself
    form = Sample()
    form.mark_optional = False
    assert 'class="optional"' not in str(form)


def test_widgets_get_the_class_of_the_design_system_and_keep_their_own() -> None:
    html = str(Sample())
    assert 'class="ds-input choice"' in html
    assert re.search(r'<select[^>]*class="ds-input"', html)
    assert not re.search(r'type="hidden"[^>]*class=', html)


def test_the_summary_leads_to_each_field_with_an_error() -> None:
    form = Sample({"when": "x"})
    html = render_to_string("components/error_summary.html", {"form": form})
    for target in ("#id_kind_0", "#id_text", "#id_when", "#id_where"):
        assert f'href="{target}"' in html
    assert "autofocus" in html


def test_there_is_no_summary_without_errors() -> None:
    assert render_to_string("components/error_summary.html", {"form": Sample()}).strip() == ""


def test_the_matrix_is_a_table_that_says_in_words_where_the_case_is() -> None:
    html = render_to_string(
        "components/risk_matrix.html",
        {"probability": 2, "consequence": 4, "before_probability": 4, "before_consequence": 4},
    )
    assert html.count("<td") == 26
    assert re.search(r'<td class="y mark">8<span class="ds-sr-only">', html)
    assert re.search(r'<td class="r before">16<span class="ds-sr-only">', html)
    assert '<td class="y">10' in html
    assert '<td class="r">12' in html
    assert '<td class="g">4' in html


def test_an_unassessed_case_has_no_mark_in_the_matrix() -> None:
    html = render_to_string("components/risk_matrix.html", {"probability": None, "consequence": None})
    assert "mark" not in html
