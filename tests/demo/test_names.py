import numpy as np
import pytest

from crm_core.demo.names import family_name, latin, people


@pytest.mark.parametrize(
    ("name", "language", "expected"),
    [
        ("Щерев", "bg", "shterev"),
        ("Щербак", "uk", "shcherbak"),
        ("Гнатюк", "uk", "hnatyuk"),
        ("Соловьёв", "ru", "solovyov"),
        ("Jabłoński", "pl", "jablonski"),
        ("Ó Briain", "en", "obriain"),
        ("O'Sullivan", "en", "osullivan"),
    ],
)
def test_a_name_becomes_the_letters_of_an_address(name, language, expected):
    assert latin(name, language) == expected


@pytest.mark.parametrize(
    ("name", "language", "expected"),
    [
        ("Иванов", "bg", "Иванова"),
        ("Смирнов", "ru", "Смирнова"),
        ("Kowalski", "pl", "Kowalska"),
        ("Nowak", "pl", "Nowak"),
        ("Шевчук", "uk", "Шевчук"),
        ("Kelly", "en", "Kelly"),
    ],
)
def test_a_woman_bears_the_form_of_her_language(name, language, expected):
    assert family_name(name, language, female=True) == expected
    assert family_name(name, language, female=False) == name


def test_everybody_gets_a_name_of_their_language():
    first, last = people(np.array(["pl", "uk"] * 50), np.random.default_rng(1))
    assert len(first) == len(last) == 100
    assert all(name.isascii() or set(name.lower()) & set("ąćęłńóśźż") for name in last[::2])
    assert not any(name.isascii() for name in last[1::2])
