import pytest

from crm_core.errors import SettingsError
from crm_core.settings import Settings


def of(**environ):
    return Settings.from_environ({"CRM_HOME": "home", **environ})


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_every_spelling_of_a_postgresql_address_names_our_driver(scheme):
    assert of(CRM_DATABASE_URL=f"{scheme}://ann@host/crm").database_url == "postgresql+psycopg://ann@host/crm"


def test_without_an_address_the_database_is_a_file_in_the_home():
    assert of().database_url.endswith("/home/crm.sqlite")


@pytest.mark.parametrize(
    "url", ["garbage", "mysql://ann:secret@host/crm", "://secret", "sqlite://", "sqlite:///", "sqlite:///:memory:"]
)
def test_a_database_that_cannot_be_or_would_forget_everything_is_refused_without_its_password(url):
    with pytest.raises(SettingsError, match="CRM_DATABASE_URL cannot be used") as refused:
        of(CRM_DATABASE_URL=url)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    "url", ["shop.example", "//shop.example", "ftp://shop.example", "https://", "http://[x", "http://a:b"]
)
def test_a_public_address_without_scheme_or_host_is_refused(url):
    with pytest.raises(SettingsError, match="Set it to a whole address"):
        of(CRM_BASE_URL=url)


def test_a_public_address_loses_its_last_slash():
    assert of(CRM_BASE_URL="https://shop.example:8443/").base_url == "https://shop.example:8443"


def test_the_largest_upload_is_a_number_of_megabytes():
    assert of().largest_upload_mb == 3000
    assert of(CRM_LARGEST_UPLOAD_MB="200").largest_upload_mb == 200
    for wrong in ("0", "-1", "3GB", "9999999"):
        with pytest.raises(SettingsError, match="CRM_LARGEST_UPLOAD_MB has value"):
            of(CRM_LARGEST_UPLOAD_MB=wrong)
