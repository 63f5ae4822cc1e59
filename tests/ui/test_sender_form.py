import pytest

from crm_core.campaigns.sender import Smtp, keep_smtp, smtp
from crm_core.ui.sender_form import secret_for


@pytest.fixture
def kept(installation):
    with installation.database.write() as session:
        keep_smtp(session, installation.key, Smtp(host="smtp.example.com", user="shop"), password="kept secret")
        return smtp(session)


def test_the_kept_password_is_tried_on_the_server_it_was_kept_for(installation, kept):
    assert secret_for(installation, Smtp(host="smtp.example.com", user="shop", port=465), "", kept) == "kept secret"


@pytest.mark.parametrize("other", [Smtp(host="evil.example", user="shop"), Smtp(host="smtp.example.com", user="eve")])
def test_the_kept_password_is_told_to_no_other_server(installation, kept, other):
    assert secret_for(installation, other, "", kept) == ""


def test_a_typed_password_goes_where_it_was_typed(installation, kept):
    assert secret_for(installation, Smtp(host="other.example", user="shop"), "typed", kept) == "typed"
