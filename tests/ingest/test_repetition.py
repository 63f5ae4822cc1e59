import pytest

from crm_core.columns import Kind
from crm_core.errors import IngestError
from crm_core.ingest.cells import DateOrder
from crm_core.ingest.checks import check
from crm_core.ingest.loading import load
from crm_core.ingest.mapping import from_json, suggested
from crm_core.ingest.policy import Policy
from crm_core.ingest.reading import read
from crm_core.ingest.workspace import Workspace
from crm_core.store.tables import Import
from tests.builders import ANN

BEFORE = "id,city\n1,Ruse\n"
FILE = "id,city\n1,Varna\n2,Sofia\n"
COSTS = "date,amount\n03.04.2026,5.00\n05.06.2026,7.00\n"


@pytest.fixture
def mapped(importing):
    """``mapped(kind, text, city="town")`` imports with another column for a field."""

    def mapped(kind, content, **fields):
        importing.workspaces.append(Workspace(importing.installation.database.home))
        source = read(content.encode(), name="file.csv", workspace=importing.workspaces[-1])
        mapping = from_json(kind, source.header, {"fields": dict(suggested(kind, source.header).fields) | fields})
        checked = check(importing.installation, source, mapping, now=importing.now)
        return checked, load(importing.installation, checked, actor=ANN, now=importing.now)

    return mapped


def cities(importing):
    return importing.sql("SELECT customer_id, city FROM customers ORDER BY 1")


def test_a_file_that_only_added_is_no_repetition_once_it_is_to_update(importing):
    importing.load(Kind.CUSTOMERS, BEFORE)
    importing.load(Kind.CUSTOMERS, FILE, policy=Policy.ADD)
    assert importing.check(Kind.CUSTOMERS, FILE).earlier is None
    assert importing.load(Kind.CUSTOMERS, FILE).repeated is False
    assert cities(importing) == [("1", "Varna"), ("2", "Sofia")]


@pytest.mark.parametrize("again", [Policy.UPDATE, Policy.ADD])
def test_a_file_that_updated_is_a_repetition_under_either_policy(importing, again):
    importing.load(Kind.CUSTOMERS, FILE)
    assert importing.check(Kind.CUSTOMERS, FILE, policy=again).earlier.import_id == 1
    assert importing.load(Kind.CUSTOMERS, FILE, policy=again).repeated is True


def test_the_same_file_with_another_mapping_is_imported_and_told(importing, mapped):
    content = "id,city,town\n1,Varna,Ruse\n"
    mapped(Kind.CUSTOMERS, content)
    checked, loaded = mapped(Kind.CUSTOMERS, content, city="town")
    assert (checked.earlier, loaded.repeated) == (None, False)
    assert checked.notes[-1].startswith("This very file is import 1 already, read in another way")
    assert cities(importing) == [("1", "Ruse")]
    assert mapped(Kind.CUSTOMERS, content, city="town")[1].repeated is True


def test_the_same_file_in_another_order_of_dates_is_imported(importing):
    content = "order,line,customer,date,amount\nA,1,1,03.04.2026,5.00\n"
    importing.load(Kind.ORDER_LINES, content, date_order=DateOrder.MDY)
    assert importing.load(Kind.ORDER_LINES, content, date_order=DateOrder.DMY).repeated is False
    assert importing.load(Kind.ORDER_LINES, content, date_order=DateOrder.DMY).repeated is True
    ((month,),) = importing.lines("month")
    assert month % 12 == 3


def test_costs_read_in_another_way_are_not_counted_twice(importing):
    importing.load(Kind.COSTS, COSTS, date_order=DateOrder.MDY)
    assert importing.load(Kind.COSTS, COSTS, date_order=DateOrder.MDY, policy=Policy.ADD).repeated is True
    with pytest.raises(IngestError, match=r"is import 1 already.*Undo import 1 first, or replace it"):
        importing.check(Kind.COSTS, COSTS, date_order=DateOrder.DMY)
    importing.load(Kind.COSTS, COSTS, date_order=DateOrder.DMY, policy=Policy.REPLACE, replaces=1)
    assert len(importing.lines("day", "costs")) == 2


def test_an_import_of_which_only_the_mapping_is_known_is_a_repetition_as_ever(importing):
    importing.load(Kind.CUSTOMERS, FILE)
    with importing.installation.database.write() as session:
        record = session.get(Import, 1)
        record.mapping = {name: value for name, value in record.mapping.items() if name not in {"date_order", "sheet"}}
    assert importing.load(Kind.CUSTOMERS, FILE).repeated is True
