import pytest

from crm_core.errors import SettingsError
from crm_core.settings import Settings
from crm_core.store.installation import Installation


@pytest.mark.parametrize("name", ["file", "file/below"])
def test_a_home_that_cannot_be_a_folder_is_said_in_words(tmp_path, name):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(SettingsError, match="Set CRM_HOME to a folder that can be written"):
        Installation.open(Settings(tmp_path / name, f"sqlite:///{tmp_path / 'crm.sqlite'}"))
