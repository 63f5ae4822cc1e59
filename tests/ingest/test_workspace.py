import os

import duckdb
import pytest

from crm_core.errors import IngestError
from crm_core.ingest.workspace import ABANDONED_SECONDS, Workspace, literal


def test_the_folder_goes_when_it_is_closed_or_forgotten(tmp_path):
    first, second = Workspace(tmp_path), Workspace(tmp_path)
    folders = [first.folder, second.folder]
    first.close()
    del second
    assert [folder.exists() for folder in folders] == [False, False]


def test_what_a_killed_process_left_is_cleared_after_a_day(tmp_path):
    old, recent = tmp_path / "work" / "old", tmp_path / "work" / "recent"
    for folder, age in (old, ABANDONED_SECONDS + 60), (recent, ABANDONED_SECONDS - 60):
        folder.mkdir(parents=True)
        then = folder.stat().st_mtime - age
        os.utime(folder, (then, then))
    workspace = Workspace(tmp_path)
    workspace.close()
    assert not old.exists()
    assert recent.exists()


def test_a_quote_in_a_text_stays_inside_it(workspace):
    hostile = "'; DROP TABLE x; --"
    assert workspace.rows(f"SELECT {literal(hostile)}") == [(hostile,)]


def test_a_working_copy_that_is_gone_is_told_in_words(workspace):
    with pytest.raises(IngestError, match=r"working copy of the file is gone\. Upload it again"):
        workspace.rows(f"SELECT * FROM read_parquet('{workspace.folder}/none.parquet')")  # noqa: S608


def test_our_own_mistakes_are_not_blamed_on_the_file(workspace):
    with pytest.raises(duckdb.BinderException):
        workspace.rows("SELECT nothing")
