import csv
import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from crm_core import cli

LINES = "order,line,customer,date,amount\nA,1,ann,2026-01-01,5\n"


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Runs one command on an installation of its own: status, standard output, standard error."""
    monkeypatch.setenv("CRM_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("CRM_DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)

    def command(*arguments):
        status = cli.run([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return status, out, err

    return command


@pytest.fixture
def file(tmp_path):
    def write(content, name="lines.csv"):
        (tmp_path / name).write_text(content, encoding="utf-8")
        return tmp_path / name

    return write


def cdnow(path):
    """The log that ships with lifetimes, as the CSV that a shop would export; its order has no number."""
    log = Path(importlib.util.find_spec("lifetimes").origin).parent / "datasets" / "CDNOW_master.txt"
    rows = [line.split() for line in log.read_text().splitlines()[1:]]
    with path.open("w", newline="") as target:
        csv.writer(target).writerows([["customer_id", "date", "number_of_cds", "dollar_value"], *rows])
    return rows


def test_the_whole_cdnow_log_is_imported_to_the_cent(run, tmp_path):
    rows = cdnow(tmp_path / "cdnow.csv")
    status, out, err = run("import", "order-lines", tmp_path / "cdnow.csv", "--json")
    answer = json.loads(out)
    assert (status, err) == (0, "")
    assert (answer["counts"]["new"], answer["counts"]["rejected"]) == (len(rows), 0) == (69_659, 0)
    assert any("no order number" in note for note in answer["notes"])
    assert run("export", "order-lines", "--to", "back.parquet")[0] == 0
    back = pd.read_parquet(tmp_path / "back.parquet")
    assert back.customer_id.nunique() == 23_570
    cents = sum(int(dollars) * 100 + int(rest) for dollars, rest in (row[3].split(".") for row in rows))
    assert round(back.amount.sum() * 100) == cents
    again = run("import", "order-lines", tmp_path / "cdnow.csv")
    assert (again[0], "Nothing was changed" in again[1]) == (0, True)


def test_an_import_is_listed_and_undone(run, file):
    assert run("import", "order-lines", file(LINES), "--source", "till", "--purpose", "analysis")[0] == 0
    status, out, _ = run("imports", "--json")
    (record,) = json.loads(out)
    assert (status, record["id"], record["source"], record["purpose"]) == (0, 1, "till", "analysis")
    assert run("undo", 1)[:2] == (0, "Import 1 of lines.csv is undone.\n")
    assert "undone" in run("imports")[1]


def test_an_undone_import_is_brought_back(run, file):
    run("import", "order-lines", file(LINES))
    assert run("redo", 1)[0] == 1
    run("undo", 1)
    assert run("redo", 1)[:2] == (0, "Import 1 of lines.csv counts again.\n")
    assert "committed" in run("imports")[1]


def test_the_policy_decides_about_rows_that_are_known(run, file):
    run("import", "order-lines", file(LINES))
    corrected = file(LINES.replace(",5", ",6"), name="corrected.csv")
    assert "1 kept" in run("import", "order-lines", corrected, "--check", "--policy", "add")[1]
    out = run("import", "order-lines", corrected, "--check")[1]
    assert ("1 changed" in out, "A line 1, amount: 5.00 -> 6.00" in out) == (True, True)
    out = run("import", "order-lines", corrected, "--policy", "replace", "--replaces", "1")[1]
    assert out.startswith("Import 2: 1 new, 0 changed")
    past = json.loads(run("imports", "--json")[1])
    assert [(each["id"], each["status"], each["replaces"]) for each in past] == [
        (2, "committed", 1),
        (1, "undone", None),
    ]
    assert "Say which import" in run("import", "order-lines", corrected, "--policy", "replace")[2]


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["import", "order-lines", "nothing.csv"], 1, "There is no file 'nothing.csv'"),
        (["import", "sales", "x.csv"], 2, "'sales' is not one of"),
        (["import", "order-lines"], 2, "Missing argument 'FILE'"),
        (["undo", "7"], 1, "There is no import 7"),
        (["undo", "seven"], 2, "'seven' is not a valid integer"),
        (["export", "order-lines", "--to", "x.csv"], 1, "There are no order lines yet"),
        (["export", "secrets", "--to", "x.csv"], 2, "'secrets' cannot be exported"),
        (["export", "segments", "--to", "x.csv", "--discount", "10"], 2, "change lifetime-value, not 'segments'"),
        (["export", "lifetime-value", "--to", "x.csv", "--margin"], 1, "There are no order lines yet"),
        (["user", "disable", "nobody"], 1, "nobody"),
        (["demo", "reset"], 1, "not in demonstration mode"),
        (["dance"], 2, "No such command 'dance'"),
    ],
)
def test_what_cannot_be_done_is_one_line_that_says_what_to_do(run, arguments, status, words):
    got, out, err = run(*arguments)
    assert (got, out) == (status, "")
    assert words in err
    assert err.count("\n") == 1


def test_dates_that_can_be_read_two_ways_want_their_order(run, file):
    path = file(LINES.replace("2026-01-01", "03/04/2026"))
    status, _, err = run("import", "order-lines", path)
    assert status == 1
    assert "--date-order dmy" in err
    assert run("import", "order-lines", path, "--date-order", "mdy")[0] == 0
    assert json.loads(run("imports", "--json")[1])[0]["first_day"] == 20_516  # 2026-03-04


def test_rejected_rows_make_the_status_3_and_one_line(run, file):
    status, out, err = run("import", "order-lines", file(LINES + "B,1,ann,never,6\n"))
    assert status == 3
    assert out.startswith("Import 1: 1 new")
    assert err.startswith("1 row was rejected. Mend it in ")
    assert err.count("\n") == 1
    assert run("import", "order-lines", file(LINES + "B,1,ann,never,7\n"), "--check")[0] == 3


def test_a_decimal_mark_is_said_in_words(run, file):
    path = file("order;line;customer;date;amount\nA;1;ann;2026-01-01;1.234\n")
    assert "--decimal-mark point" in run("import", "order-lines", path)[2]
    status, out, _ = run("import", "order-lines", path, "--decimal-mark", "comma", "--json")
    assert (status, json.loads(out)["decimal_mark"]) == (0, ",")


def test_whoever_waits_at_a_terminal_sees_rows_and_a_script_does_not(run, file, monkeypatch):
    path = file("id,first name\n1,Ann\n2,Bob\n", "customers.csv")
    assert run("import", "customers", path)[2] == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    lines = [line.strip() for line in run("undo", 1)[2].split("\r")]
    assert lines == ["", "Saving…", "Saving: 0 of 2 rows", "", ""]
    lines = [line.strip() for line in run("redo", 1)[2].split("\r")]
    assert lines[-5:] == ["Saving…", "Saving: 0 of 2 rows", "Saving: 2 of 2 rows", "", ""]


def test_what_nobody_foresaw_is_one_line_and_its_details_are_kept(run, file, tmp_path, monkeypatch):
    monkeypatch.setattr(json, "dumps", lambda *_, **__: 1 / 0)
    status, _, err = run("imports", "--json")
    assert status == 1
    assert err.startswith("Something went wrong (ZeroDivisionError).")
    assert err.count("\n") == 1
    assert "ZeroDivisionError" in (tmp_path / "home" / "errors.log").read_text()


def test_a_setting_that_cannot_be_used_is_named(run, monkeypatch):
    monkeypatch.setenv("CRM_PORT", "many")
    assert run("imports") == (1, "", "CRM_PORT has value 'many'. Set a port number from 1 to 65535.\n")


def test_users_are_added_listed_and_disabled(run):
    assert "Hand over this link" in run("user", "add", "Ann", "--role", "admin")[1]
    assert run("user", "add", "bob", "--role", "viewer")[0] == 0
    assert run("user", "disable", "bob")[0] == 0
    assert [line.split()[:2] for line in run("user", "list")[1].splitlines()] == [["ann", "admin"], ["bob", "viewer"]]


def test_the_module_runs_and_gives_its_status_to_the_shell(tmp_path):
    command = [sys.executable, "-m", "crm_core", "import", "customers", str(tmp_path / "no.csv")]
    environment = {"CRM_HOME": str(tmp_path / "home"), "PATH": ""}
    done = subprocess.run(
        command, env=environment, check=False, capture_output=True, text=True, cwd=Path(cli.__file__).parents[1]
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"There is no file '{tmp_path / 'no.csv'}'. Check the path.\n"


def test_a_broken_file_leaves_one_line_in_the_shell_too(tmp_path):
    (tmp_path / "bad.csv").write_bytes(b'order,date,customer,amount\nA,2026-01-01,"x,1\n\n')
    command = [sys.executable, "-m", "crm_core", "import", "order-lines", str(tmp_path / "bad.csv")]
    environment = {"CRM_HOME": str(tmp_path / "home"), "PATH": ""}
    done = subprocess.run(
        command, env=environment, check=False, capture_output=True, text=True, cwd=Path(cli.__file__).parents[1]
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1


def test_an_ending_for_rejects_that_cannot_be_written_is_refused_before_anything_is_imported(
    tmp_path, monkeypatch, capsys
):
    monkeypatch.setenv("CRM_HOME", str(tmp_path / "home"))
    file = tmp_path / "c.csv"
    file.write_text("customer_id\n1\n")
    assert cli.run(["import", "customers", str(file), "--rejects", str(tmp_path / "x.rej")]) == 1
    assert cli.run(["imports"]) == 0
    assert "Nothing was imported yet." in capsys.readouterr().out
