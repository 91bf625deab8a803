"""The arithmetic of risk and the hiding of personal data: no database."""

import pytest

from cases import masking, risk


@pytest.mark.parametrize(
    ("probability", "consequence", "law", "demanded"),
    [
        (2, 5, False, False),  # 10 does not
        (3, 4, False, True),  # 12 does
        (1, 1, True, True),  # a breach of law always does
        (None, 5, False, False),
        (5, 5, False, True),
    ],
)
def test_over_ten_or_breach_of_law_demands_a_measure(probability, consequence, law, demanded):
    assert risk.demands_measure(risk.score(probability, consequence), law) is demanded


def test_red_is_exactly_what_demands_a_measure():
    for probability in risk.LEVELS:
        for consequence in risk.LEVELS:
            value = risk.score(probability, consequence)
            assert (risk.colour(value) == risk.Colour.RED) == risk.demands_measure(value, law_breach=False)


@pytest.mark.parametrize(
    "secret",
    ["01017012345", "010170 12345", "+47 912 34 567", "91234567", "91 23 45 67", "ola.nordmann@epost.no"],
)
def test_numbers_and_addresses_are_hidden(secret):
    assert secret not in masking.mask(f"Bruker {secret} ringte.")


@pytest.mark.parametrize(
    "harmless", ["sak 2026-00412", "kl. 07.45", "12 345 kroner", "§ 25-1", "ISO 27001", "2026", "a12345678b"]
)
def test_what_is_not_personal_stays(harmless):
    assert masking.mask(f"Se {harmless} her") == f"Se {harmless} her"


def test_names_the_case_knows_are_hidden_whatever_the_case_of_letters():
    assert masking.mask("KARI NORDLI sa fra. Kari Nordlis vakt.", ["Kari Nordli"]) == "▒▒▒ sa fra. ▒▒▒ vakt."


def test_personal_data_is_recognised_for_the_warning():
    assert masking.personal_data_in("Født 01017012424, tlf 912 34 567") == ["national_id", "phone"]
    assert masking.personal_data_in("Ingen opplysninger her") == []


@pytest.mark.parametrize("number", ["01017012345", "12345678901", "010170 12425"])
def test_eleven_digits_with_wrong_control_digits_are_hidden_but_not_warned_about(number):
    assert masking.personal_data_in(number) == []
    assert masking.hides_in(number) and number not in masking.mask(number)


def test_health_is_recognised_by_the_beginning_of_a_word():
    assert masking.health_words_in("Brukeren har DEMENS og demens, og tok alkoholen.") == ["demens", "alkoholen"]
    assert masking.health_words_in("Rutinen for legemidler ble ikke fulgt.") == []
