import pytest

from crm_core.phones import normalised_phone


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+359 88 812 3456", "+359888123456"),
        ("00359 88 812-34-56", "+359888123456"),
        ("+359 (0)88 812 3456", "+359888123456"),
        ("0888 123 456", "0888123456"),
        ("(02) 955-12-34", "029551234"),
        ("tel.: +48 601 123 456", "+48601123456"),
        ("359888123456.0", "359888123456"),
        ("٠٨٨٨١٢٣٤٥٦", "0888123456"),
        ("＋359888123456", "+359888123456"),
    ],
)
def test_spellings_of_one_number_are_equal(text, expected):
    assert normalised_phone(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "112", "02 955 1234 ext. 5", "0888 123 456, 0899 123 456", "3.59888E+11", "none", "+1", "вътр. 12"],
)
def test_what_is_not_one_number_of_one_person_is_not_compared(text):
    assert normalised_phone(text) == ""


def test_numbers_of_two_cities_with_the_same_nine_last_digits_stay_apart():
    assert normalised_phone("+7 495 123-45-67") != normalised_phone("+7 395 123-45-67")


def test_a_number_without_its_country_code_is_not_guessed_to_be_one_with_it():
    assert normalised_phone("0888 123 456") != normalised_phone("+359 888 123 456")
