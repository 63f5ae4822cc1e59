import csv
import functools
import io
import zipfile

import pandas as pd
import pytest

from crm_core.reports import files

HOSTILE = ["=1+1", "+359 88", "-2+3", "@sum", "\tx", "\rx", "\nx", "\0x", "＝1+1"]


def cells(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_that_a_spreadsheet_would_run_begins_with_an_apostrophe(text):
    assert cells(files.csv_bytes(pd.DataFrame({"name": [text, "fine"]}))) == [["name"], ["'" + text], ["fine"]]


def test_a_header_is_made_harmless_as_well():
    assert cells(files.csv_bytes(pd.DataFrame({"=cmd|x": [1], 3: [2]})))[0] == ["'=cmd|x", "3"]


def test_numbers_keep_their_sign_even_beside_texts():
    mixed = pd.DataFrame({"amount": [-5, 7], "mixed": [-1.5, "-1.5"], "none": [None, "a"]})
    assert cells(files.csv_bytes(mixed))[1:] == [["-5", "-1.5", ""], ["7", "'-1.5", "a"]]


def test_a_category_is_a_text_too():
    assert cells(files.csv_bytes(pd.DataFrame({"x": pd.Categorical(["=1"])})))[1] == ["'=1"]


def test_a_csv_says_that_it_is_unicode():
    content = files.csv_bytes(pd.DataFrame({"име": ["Ивайло"]}))
    assert content.startswith(b"\xef\xbb\xbf")
    assert cells(content) == [["име"], ["Ивайло"]]


def test_two_columns_of_one_name_both_stay():
    twice = pd.DataFrame([["=1", "=2"]], columns=["a", "a"])
    assert cells(files.csv_bytes(twice)) == [["a", "a"], ["'=1", "'=2"]]


def test_the_frame_itself_is_not_changed():
    frame = pd.DataFrame({"a": ["=1"]})
    files.csv_bytes(frame)
    assert list(frame.a) == ["=1"]


def test_a_workbook_holds_texts_never_formulas_or_links():
    frame = pd.DataFrame({"=head": [*HOSTILE, "http://x.example"], "n": range(len(HOSTILE) + 1)})
    content = files.xlsx_bytes({"Data": frame})
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
        texts = parts.read("xl/sharedStrings.xml").decode()
    assert "<f>" not in sheet
    assert "hyperlink" not in sheet
    assert "=1+1" in texts
    assert "=head" in texts
    read = pd.read_excel(io.BytesIO(content), engine="calamine")
    assert list(read.columns) == ["=head", "n"]
    assert read.iloc[0, 0] == "=1+1"


def test_each_table_has_a_sheet_of_its_own():
    content = files.xlsx_bytes({"Sizes": pd.DataFrame({"a": [1]}), "Customers": pd.DataFrame({"b": [2]})})
    assert list(pd.read_excel(io.BytesIO(content), sheet_name=None, engine="calamine")) == ["Sizes", "Customers"]


def test_more_rows_than_a_sheet_holds_are_refused():
    with pytest.raises(files.FileError, match=r"1048576 rows.*\.csv or \.parquet"):
        files.xlsx_bytes({"Data": pd.DataFrame({"a": range(files.SHEET_ROWS + 1)})})


@pytest.mark.parametrize("name", ["t.csv", "t.xlsx", "t.parquet", "T.CSV"])
def test_the_ending_decides_the_format(tmp_path, name):
    frame = pd.DataFrame({"customer_id": ["ann", "bob"], "total": [1.5, -2.0]})
    path = files.write(frame, tmp_path / name)
    excel = functools.partial(pd.read_excel, engine="calamine")
    read = {".csv": pd.read_csv, ".xlsx": excel, ".parquet": pd.read_parquet}[path.suffix.lower()]
    pd.testing.assert_frame_equal(read(path), frame)
    assert [left.name for left in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["t.pdf", "t", "t.csv.exe"])
def test_another_ending_is_refused(tmp_path, name):
    with pytest.raises(files.FileError, match=r"\.csv, \.xlsx or \.parquet"):
        files.write(pd.DataFrame({"a": [1]}), tmp_path / name)


def test_a_folder_that_does_not_exist_is_said_plainly(tmp_path):
    with pytest.raises(files.FileError, match="cannot be written"):
        files.write(pd.DataFrame({"a": [1]}), tmp_path / "none" / "t.csv")


def test_a_file_that_cannot_be_replaced_stays_as_it_was(tmp_path):
    (tmp_path / "t.csv").mkdir()
    with pytest.raises(files.FileError, match="cannot be written"):
        files.write(pd.DataFrame({"a": [1]}), tmp_path / "t.csv")
    assert [left.name for left in tmp_path.iterdir()] == ["t.csv"]
