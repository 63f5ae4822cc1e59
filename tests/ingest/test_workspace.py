import os
import threading
import time

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


ENDLESS = "SELECT sum(hash(a.i + b.i)) FROM range(1_000_000_000) a(i), range(1_000) b(i)"


def test_a_running_statement_tells_how_far_it_is_and_can_be_stopped(workspace):
    shares = []

    def watch():
        while not shares:
            share = workspace.progress()
            shares.extend([share] if share else [])
            time.sleep(0.005)
        workspace.cancel()

    watcher = threading.Thread(target=watch)
    watcher.start()
    with pytest.raises(IngestError, match=r"The import was stopped\. Nothing was imported\."):
        workspace.run(ENDLESS)
    watcher.join()
    assert 0 < shares[0] <= 1


def test_nothing_runs_after_a_stop(workspace):
    assert workspace.progress() is None
    assert workspace.cancel()
    for statement in (workspace.rows, workspace.dicts, workspace.frame, workspace.count):
        with pytest.raises(IngestError, match="was stopped"):
            statement("SELECT 1")
    with pytest.raises(IngestError, match="was stopped"):
        workspace.settle()


def test_what_is_being_committed_cannot_be_stopped(workspace):
    workspace.settle()
    assert not workspace.cancel()
    assert workspace.count("SELECT 1") == 1


def test_a_closed_workspace_has_nothing_to_tell_or_to_stop(tmp_path):
    workspace = Workspace(tmp_path)
    workspace.close()
    assert (workspace.progress(), workspace.cancel()) == (None, False)
