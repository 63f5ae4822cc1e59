"""Imports killed at any moment: a process that forks one after the other and kills each after a while."""

import json
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from crm_core.columns import Kind
from crm_core.ingest.loading import load
from crm_core.store.ledger import folder, open_warehouse
from crm_core.store.tables import Import
from tests.builders import ANN

ROWS, KILLS = 100, 28
LINES, CUSTOMERS = "order,line,customer,date,amount\n", "id,city,consent,consent_date,consent_source,consent_wording\n"
KILLER = """
import json, os, signal, sys, time
from datetime import datetime, timedelta, UTC
from pathlib import Path
from crm_core.columns import Kind
from crm_core.ingest.checks import check
from crm_core.ingest.loading import load
from crm_core.ingest.opening import open_file
from crm_core.ingest.policy import Policy
from crm_core.permissions import Somebody
from crm_core.settings import Settings
from crm_core.store.installation import Installation

def work(task):
    installation = Installation.open(Settings(home=Path(task["home"]), database_url=task["url"]))
    opened = open_file(installation, Kind(task["kind"]), Path(task["file"]), name=Path(task["file"]).name)
    now = datetime.now(UTC) + timedelta(days=task["days"])  # beyond the lease of the one killed before
    policy = Policy.REPLACE if task["replaces"] else Policy.UPDATE
    checked = check(installation, opened.source, opened.mapping, now=now, policy=policy, replaces=task["replaces"])
    load(installation, checked, actor=Somebody("ann", {"imports.write"}), now=now)

for line in sys.stdin:
    task = json.loads(line)
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        try:
            work(task)
        except BaseException as fault:
            print(repr(fault), file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    if task["delay"] is not None:
        time.sleep(task["delay"])
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    print(json.dumps([os.waitstatus_to_exitcode(status), time.monotonic() - began]), flush=True)
"""


@contextmanager
def killer():
    command = [sys.executable, "-c", KILLER]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    )

    def run(**task):
        process.stdin.write(json.dumps(task) + "\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())

    yield run
    process.stdin.close()
    process.stdout.close()
    process.wait()


def written(path, kind, number):
    """A file that brings rows of its own and changes rows that every file of its kind has."""
    if kind is Kind.ORDER_LINES:
        own = [f"K{number}-{row},1,c{row},2026-01-01,1" for row in range(ROWS)]
        shared = [f"S{row},1,c{row},2026-01-01,{number}" for row in range(ROWS)]
    else:
        own = [f"K{number}-{row},town,yes,2026-01-01,form,I agree" for row in range(ROWS)]
        shared = [f"S{row},town {number},,,," for row in range(ROWS)]
    path.write_text((LINES if kind is Kind.ORDER_LINES else CUSTOMERS) + "\n".join(own + shared) + "\n")
    return path


def held(importing, kind):
    """The numbers of the files whose rows are there, whole; and of the one that wrote the shared rows last."""
    if kind is Kind.ORDER_LINES:
        lines = importing.lines("order_id, amount_cents")
        values = {value // 100 for order, value in lines if order.startswith("S")}
        keys = [order for order, _ in lines]
    else:
        rows = importing.sql("SELECT customer_id, city FROM customers")
        values = {int(city.split()[1]) for key, city in rows if key.startswith("S")}
        keys = [key for key, _ in rows]
        consents = importing.sql("SELECT customer_id FROM consents")
        assert sorted(key for (key,) in consents) == sorted(key for key in keys if key.startswith("K"))
    assert len(keys) == len(set(keys))
    numbers = [int(key[1:].split("-")[0]) for key in keys if key.startswith("K")]
    assert all(numbers.count(number) == ROWS for number in set(numbers))
    assert sum(key.startswith("S") for key in keys) == ROWS
    return set(numbers), values


def committed(importing, kind):
    """Id and number of the file of each import that counts, oldest first."""
    of_kind = sa.select(Import.id, Import.file_name).where(Import.kind == kind, Import.status == "committed")
    rows = importing.sql(of_kind.order_by(Import.id))
    return [(number, int(name.split(".")[0])) for number, name in rows]


@pytest.mark.slow
def test_an_import_killed_at_any_moment_leaves_all_or_nothing(importing, installation, tmp_path, now):
    rng, outcomes, number, took = np.random.default_rng(7), [], 0, {}
    common = {"home": str(installation.database.home), "url": installation.database.url}
    with killer() as run:
        for attempt in range(KILLS + 2):
            kind = (Kind.ORDER_LINES, Kind.CUSTOMERS)[attempt % 2]
            number += 1
            file = written(tmp_path / f"{number}.csv", kind, number)
            before = committed(importing, kind)
            replaces = before[-1][0] if before and attempt % 4 > 1 else None
            delay = rng.uniform(0.1, 1.05) * took[kind] if before else None
            status, seconds = run(kind=kind, file=str(file), days=attempt, replaces=replaces, delay=delay, **common)
            assert status in {0, -9}
            took.setdefault(kind, seconds)
            after = committed(importing, kind)
            undone = before[:-1] if replaces else before
            is_in = any(each == number for _, each in after)
            assert [each for _, each in after] == [*(n for _, n in (undone if is_in else before)), *([number] * is_in)]
            assert held(importing, kind) == ({each for _, each in after}, {after[-1][1]})
            outcomes.append((status, is_in))
    assert {(-9, False), (0, True)} <= set(outcomes)
    assert sum(status == -9 for status, _ in outcomes) >= KILLS / 2
    _assert_nothing_lies_about(importing, installation, now)


def _assert_nothing_lies_about(importing, installation, now):
    """The lease of a killed process runs out; after that the next import clears what it left."""
    checked = importing.check(Kind.PRODUCTS, "id,product\np1,Pot\n")
    load(installation, checked, actor=ANN, now=now + timedelta(days=900))
    columns = (Import.ledger_file, Import.superseded_file, Import.rows_file)
    named = {name for column in columns for (name,) in importing.sql(sa.select(column)) if name}
    assert {path.name for path in folder(installation.database).iterdir()} == named
    open_warehouse(installation.database).close()
