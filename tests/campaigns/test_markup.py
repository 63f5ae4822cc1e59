import pytest

from crm_core.campaigns.markup import Source


@pytest.mark.parametrize(
    ("written", "html", "text"),
    [
        ("a\n\n\n b", ["<p", ">a</p>", "> b</p>"], "a\n\n b"),
        ("a\nb", [">a<br>\nb</p>"], "a\nb"),
        ("a\r\n\r\nb", [">a</p>", ">b</p>"], "a\n\nb"),
        ("**a** * b", ["<strong>a</strong> * b"], "a * b"),
        ("# A\n\nb", ["<h2", ">A</h2>"], "A\n\nb"),
        ("- a\n- b", ["<li>a</li><li>b</li>"], "- a\n- b"),
        ("- a\nb", [">- a<br>\nb</p>"], "- a\nb"),
        ("[a](https://x.example/?q=1&r=2)", ['href="https://x.example/?q=1&amp;r=2"', ">a</a>"], "a: https://x.example/?q=1&r=2"),
        ("[a](mailto:x@x.example)", ['href="mailto:x@x.example"'], "a: mailto:x@x.example"),
        ("see https://x.example.", ['href="https://x.example"', "</a>.</p>"], "see https://x.example."),
        ("a < b & c", ["a &lt; b &amp; c"], "a < b & c"),
        ("{{ a }} **{{ b }}**", ["{{ a }} <strong>{{ b }}</strong>"], "{{ a }} {{ b }}"),
        ("{{ '**' }}", [">{{ '**' }}</p>"], "{{ '**' }}"),
    ],
)  # fmt: skip
def test_signs_become_html_and_disappear_from_the_text(written, html, text):
    source = Source(written)
    assert source.text() == text
    for part in html:
        assert part in source.html()


def test_links_are_listed_as_written():
    assert Source("[a](https://x.example/{{ b }}) and https://y.example").links() == [
        "https://x.example/{{ b }}",
        "https://y.example",
    ]


def test_nothing_is_nothing():
    assert (Source(" \n\n ").html(), Source("").text(), Source("").links()) == ("", "", [])
