import stat

import pytest

from crm_core.errors import SettingsError
from crm_core.signing import Key


def test_the_key_is_made_once_and_for_its_owner_only(tmp_path):
    first = Key.from_home(tmp_path)
    assert Key.from_home(tmp_path).token("unsubscribe", "7") == first.token("unsubscribe", "7")
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["secret.key"]


@pytest.mark.parametrize("content", [b"", b"short"])
def test_a_key_that_was_cut_off_is_refused_since_anybody_could_make_links_with_it(tmp_path, content):
    (tmp_path / "secret.key").write_bytes(content)
    with pytest.raises(SettingsError, match=r"is damaged\. Restore it from a backup"):
        Key.from_home(tmp_path)


def test_a_key_that_cannot_be_read_is_said_in_words(tmp_path):
    (tmp_path / "secret.key").mkdir()
    with pytest.raises(SettingsError, match="cannot be used"):
        Key.from_home(tmp_path)


def test_a_secret_kept_with_another_key_asks_for_the_secret_again(tmp_path):
    cipher = Key(b"1" * 32).encrypt("smtp", "open sesame")
    assert Key(b"1" * 32).decrypt("smtp", cipher) == "open sesame"
    with pytest.raises(SettingsError, match="Enter the secret again"):
        Key(b"2" * 32).decrypt("smtp", cipher)
