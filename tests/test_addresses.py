import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.addresses import deliverable, is_address, normalised


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("  Ann.Lee@Example.COM ", "ann.lee@example.com"),
        ("ann+shop@example.com", "ann+shop@example.com"),
        ("o'neil@example.co.uk", "o'neil@example.co.uk"),
        ("ivan@пример.бг", "ivan@xn--e1afmkfd.xn--90ae"),
        ("IVAN@ПРИМЕР.БГ", "ivan@xn--e1afmkfd.xn--90ae"),
    ],
)
def test_spellings_of_one_address_are_equal(written, same):
    assert normalised(written) == same


@pytest.mark.parametrize(
    "text",
    [
        "", "ann", "@example.com", "ann@", "ann@localhost", "ann@@example.com", "ann lee@example.com",
        "ann@example.com, bob@example.com", "Ann <ann@example.com>", '"ann"@example.com', "ann@example..com",
        "ann@-example.com", "ann@127.0.0.1", ".ann@example.com", "a" * 65 + "@example.com", "ann@" + "a" * 64 + ".com",
        "ann@example.com\r\nBcc: eve@example.com", "ann\x00@example.com", "анна@example.com",
    ],
)  # fmt: skip
def test_anything_else_is_no_address_and_has_no_normal_form(text):
    assert not is_address(text)
    assert (normalised(text), deliverable(text)) == ("", "")


def test_the_local_part_is_delivered_as_written():
    assert deliverable(" Ann.Lee@Пример.БГ ") == "Ann.Lee@xn--e1afmkfd.xn--90ae"


@given(st.text(max_size=60))
def test_a_normal_form_is_stable_and_never_breaks_a_header(text):
    form = normalised(text)
    assert normalised(form) == form
    assert not set(form) & set("\r\n\x00 <>,;")
