import pytest

from crm_core.ui.format import Notation, of_its_own, plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*bold*", r"\*bold\*"),
        ("_bold_", r"\_bold\_"),
        ("[x](http://evil.example)", r"\[x\](http\://evil.example)"),
        (":red[x]", r"\:red\[x\]"),
        (":material/home: :+1:", "\\:\u2060material/home: \\:\u2060+1:"),  # or it would become a picture
        ("at 10:22:11", r"at 10\:22\:11"),
        ("<b>", r"\<b\>"),
        ("&lt;", r"\&lt;"),
        ("$x$", r"\$x\$"),
        ("# head", r"\# head"),
        ("1. one", r"1\. one"),
        ("a\n- b\n===", "a\n\\- b\n\\==="),
    ],
)
def test_text_of_the_data_keeps_no_power_of_markdown(text, expected):
    assert plain(text) == expected


def test_the_words_of_a_message_stay_as_they_were_written():
    message = "Import 3: 1.5 + 2 - 1 rows (new). Set CRM_HOME, then try again!"
    assert plain(message) == message


def test_like_buttons_have_names_of_their_own_whose_words_are_no_markup():
    assert of_its_own("Save", "the chart: A & B") == r"Save :gray[the chart: A \& B]"


@pytest.mark.parametrize(("count", "words"), [(0, "0 customers"), (1, "1 customer"), (4800, "4,800 customers")])
def test_one_customer_is_not_customers(count, words):
    assert Notation().customers(count) == words
