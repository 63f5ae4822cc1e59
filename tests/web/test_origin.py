import pytest

from crm_core.web.origin import local_path


@pytest.mark.parametrize("path", ["/", "/overview", "/segments?as_of=2026-06-01&x=a%20b", "/u/x"])
def test_a_page_of_ours_is_gone_on_to(path):
    assert local_path(path) == path


@pytest.mark.parametrize(
    "text",
    ["", "overview", "//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example", "/auth/logout"],
)
def test_anything_else_leads_to_the_first_page(text):
    assert local_path(text) == "/"
