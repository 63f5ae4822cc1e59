"""The committed files are what the generator writes, and what the product's columns promise."""

import re

import pandas as pd
import pytest

from crm_core.columns import Dtype, Field
from crm_core.demo.write import SCHEMAS, text, write


@pytest.fixture(scope="module")
def fresh(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shop")
    write(folder)
    return folder


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_committed_file_is_what_the_generator_writes(name, fresh, data):
    assert (fresh / f"{name}.csv").read_bytes() == (data / f"{name}.csv").read_bytes()


def test_no_other_file_is_written_or_committed(fresh, data):
    written = {path.name for path in fresh.iterdir()}
    assert written == {f"{name}.csv" for name in SCHEMAS} == {path.name for path in data.glob("*.csv")}


def test_all_files_together_stay_under_twelve_megabytes(data):
    assert sum(path.stat().st_size for path in data.glob("*.csv")) < 12_000_000


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_file_has_the_canonical_columns_in_order_and_plain_unix_text(name, data):
    content = (data / f"{name}.csv").read_bytes()
    header = content.split(b"\n", 1)[0].decode()
    assert header.split(",") == [field.name for field in SCHEMAS[name]]
    assert b"\r" not in content
    assert content.endswith(b"\n")
    content.decode("utf-8")


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_readme_describes_every_column_of_a_file_with_its_type(name, data):
    section = (data / "README.md").read_text().split(f"### {name}.csv\n")[1].split("\n### ")[0].split("\n## ")[0]
    described = re.findall(r"^\| `(\w+)` \| (\w+)", section, re.MULTILINE)
    assert described == [(field.name, str(field.dtype)) for field in SCHEMAS[name]]


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_required_column_is_never_empty(name, data):
    frame = pd.read_csv(data / f"{name}.csv", dtype=str)
    required = [field.name for field in SCHEMAS[name] if field.required]
    assert frame[required].notna().all().all()


def test_cells_are_iso_dates_decimal_points_and_words():
    frame = pd.DataFrame({"day": [-1, None, 20634], "paid": [-5, 100, 123456], "member": [True, None, False]})
    fields = (Field("day", Dtype.DATE), Field("paid", Dtype.MONEY), Field("member", Dtype.BOOLEAN), Field("extra"))
    assert text(frame, fields).to_csv(index=False, lineterminator="\n") == (
        "day,paid,member,extra\n1969-12-31,-0.05,yes,\n,1.00,,\n2026-06-30,1234.56,no,\n"
    )
