import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.campaigns.template import NAMES, VARIABLES, Template, render_all, subject_advice
from crm_core.errors import CampaignError

ANN = {variable.name: variable.example for variable in VARIABLES}


def rendered(body, subject="News", **fields):
    return Template(subject, body).render(ANN | fields)


def test_variables_are_filled_in_subject_html_and_text():
    mail = rendered("Hello {{ first_name }},\n\nyou bought {{ last_order_products }}.", "For {{ first_name }}")
    assert mail.subject == "For Ann"
    assert mail.text == "Hello Ann,\n\nyou bought Teapot and Cup.\n"
    assert mail.html.count("<p") == 2
    assert "Hello Ann," in mail.html


def test_every_variable_of_the_list_can_be_used():
    assert rendered(" ".join(f"{{{{ {name} }}}}" for name in NAMES)).text.split()[0] == "Ann"


def test_the_signs_of_the_text_become_html_and_stay_readable_as_text():
    mail = rendered(
        "# Spring\n\nSee **now** [the shop](https://shop.example/a?b=1&c=2)\nor https://x.example.\n\n- one\n- two"
    )
    assert '<a href="https://shop.example/a?b=1&amp;c=2"' in mail.html
    assert '<a href="https://x.example"' in mail.html
    assert "<strong>now</strong>" in mail.html
    assert "<li>one</li><li>two</li>" in mail.html
    assert mail.html.count("<p ") == 1
    assert (
        mail.text
        == "Spring\n\nSee now the shop: https://shop.example/a?b=1&c=2\nor https://x.example.\n\n- one\n- two\n"
    )


def test_what_customers_are_called_is_never_read_as_html_or_as_signs():
    mail = rendered("Hello {{ first_name }}.", first_name="<b>**Ann**</b> [x](https://evil.example) {{ city }}")
    assert "&lt;b&gt;**Ann**&lt;/b&gt; [x](https://evil.example) {{ city }}" in mail.html
    assert mail.text == "Hello <b>**Ann**</b> [x](https://evil.example) {{ city }}.\n"


def test_what_the_person_writes_is_escaped_too():
    assert "&lt;script&gt;" in rendered("<script>").html


@pytest.mark.parametrize(
    ("body", "advice"),
    [
        ("{{ fist_name }}", "unknown variable 'fist_name'. Did you mean first_name?"),
        ("{{ zzz }}", "unknown variable 'zzz'. Available: first_name"),
        ("{{ ''.__class__ }}", "not available in a mail"),
        ("{{ first_name.__class__ }}", "not available in a mail"),
        ("{{ first_name['x'] }}", "not available in a mail"),
        ("{{ first_name() }}", "not available in a mail"),
        ("{{ 'a' * 10**9 }}", "not available in a mail"),
        ("{% for x in first_name %}a{% endfor %}", "not available in a mail"),
        ("{% set x = 1 %}", "not available in a mail"),
        ("{% include 'x' %}", "not available in a mail"),
        ("{% import 'x' as y %}", "not available in a mail"),
        ("{{ first_name|attr('x') }}", "'|attr', which is not available"),
        ("{{ first_name|default('x') }}", "'|default', which is not available"),
        ("Hello {{ first_name", "near line 1"),
        ("Hello\n\n{% if city %}a", "near line 3"),
        ("{{ " + "(" * 20_000 + "first_name" + ")" * 20_000 + " }}", "nested too deeply"),
        ("{{ " + " or ".join(["city"] * 5000) + " }}", "nested too deeply"),
        ("a" * 50_001, "Shorten it to 50,000"),
        ("[click](javascript:alert(1))", "does not start with https://"),
        ("[click](/shop)", "does not start with https://"),
        ("[click](https://{{ city }}.example)", "takes its host from a variable"),
        ("[click]({{ city }})", "does not start with https://"),
    ],
)
def test_what_cannot_be_sent_is_refused_in_plain_words(body, advice):
    with pytest.raises(CampaignError) as fault:
        Template("News", body)
    assert advice in str(fault.value)


def test_a_fault_in_the_subject_is_told_as_such():
    with pytest.raises(CampaignError, match=r"^The subject: unknown variable 'name'"):
        Template("{{ name }}", "text")


def test_a_variable_may_follow_the_host_of_a_link():
    body = "[click](https://shop.example/?q={{ city|urlencode }})"
    assert Template("News", body).links == ["https://shop.example/?q={{ city|urlencode }}"]
    assert 'href="https://shop.example/?q=a%20%26%22b"' in rendered(body, city='a &"b').html


def test_an_empty_value_is_named_and_words_to_use_instead_help():
    with pytest.raises(CampaignError, match=r"^first_name is empty\. Write \{\{ first_name or"):
        rendered("Hello {{ first_name }}", first_name="")
    assert rendered('Hello {{ first_name or "customer" }}', first_name="").text == "Hello customer\n"
    assert (
        rendered("{% if first_name %}Hello {{ first_name }}{% else %}Hello{% endif %}", first_name="").text == "Hello\n"
    )


def test_a_condition_around_whole_paragraphs_leaves_no_empty_one():
    assert "<p" not in rendered("{% if city %}\n\n{% endif %}").html


def test_a_subject_is_one_line_whatever_it_is_made_of():
    assert rendered("text", "For {{ first_name }}", first_name="Ann\r\nBcc: eve@example.com").subject == (
        "For Ann Bcc: eve@example.com"
    )


def test_every_recipient_is_tried_and_faults_are_counted_with_an_example():
    people = [("ann", ANN), ("bob", ANN | {"first_name": ""}), ("cay", ANN | {"first_name": "", "city": "X"})]
    [fault] = render_all(Template("News", "Hello {{ first_name }}"), people)
    assert (fault.customers, fault.example) == (2, "bob")
    assert render_all(Template("News", "Hello"), people) == []


@pytest.mark.parametrize(
    ("subject", "body", "message"),
    [
        ("", "text", "The subject is empty. Write one."),
        ("News", " ", "The text is empty. Write one."),
        ("News", "€" * 50_000, "cut it off before the unsubscribe link"),
    ],
)
def test_an_empty_or_far_too_long_mail_is_a_fault(subject, body, message):
    [fault] = render_all(Template(subject, body), [("ann", ANN)])
    assert message in fault.message


@pytest.mark.parametrize(
    ("subject", "advice"),
    [("A" * 61, "60"), ("SPRING SALE", "capitals"), ("Now!!", "exclamation"), ("Re: your order", "reply")],
)
def test_a_subject_that_costs_trust_gets_advice(subject, advice):
    assert advice in " ".join(subject_advice(subject))


def test_an_ordinary_subject_gets_none():
    assert subject_advice("A cup for your teapot, Ann") == []


@given(st.text(max_size=80))
def test_any_text_is_refused_or_rendered_without_a_tag_of_its_own(text):
    try:
        mail = rendered(text, first_name="<i>")
    except CampaignError:
        return
    assert "<i>" not in mail.html
    assert mail.html.count("<script") == 0
