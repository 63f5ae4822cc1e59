import pandas as pd
import pytest

from crm_core.ui.plain_table import markup
from tests.pages.shop import plain


@pytest.fixture
def table():
    return pd.DataFrame({"Group": ["A & B", "<b>"], "Customers": ["1,200", "3"], "Kind": ["new", ""]}, dtype="str")


def test_all_cells_are_shown_as_they_are(table):
    assert plain(markup(table, name="Groups")).equals(table)


def test_names_from_files_are_no_markup(table):
    said = markup(table.rename(columns={"Kind": "<i>"}), name='"><script>')
    assert not [bad for bad in ("<b>", "<i>", "<script>", 'label=""') if bad in said]


def test_numbers_stand_one_under_the_other_and_words_do_not(table):
    said = markup(table, name="Groups", words=["Kind"])
    assert '<td class="number">1,200</td><td>new</td>' in said
    assert '<th scope="col" class="number">Customers</th><th scope="col">Kind</th>' in said


def test_each_row_is_named_by_its_first_cell(table):
    assert '<tr><th scope="row">A &amp; B</th>' in markup(table, name="Groups")


def test_a_table_without_rows_has_its_header(table):
    assert list(plain(markup(table.iloc[:0], name="Groups"))) == ["Group", "Customers", "Kind"]
