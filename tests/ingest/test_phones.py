from hypothesis import example, given
from hypothesis import strategies as st

from crm_core.columns import Kind
from crm_core.ingest.phones import compared_phone
from crm_core.ingest.workspace import Workspace, literal
from crm_core.phones import normalised_phone

NUMBERS = st.text(alphabet="+0123456789 -().x", min_size=1, max_size=24)


def test_the_engine_and_the_one_function_agree(tmp_path_factory):
    workspace = Workspace(tmp_path_factory.mktemp("home"))

    @given(NUMBERS)
    @example("00359 88 812-34-56")
    @example("+0035988812")
    @example("00")
    @example("+359 (0)88 812 3456")
    def agree(text):
        ((found,),) = workspace.rows(f"SELECT {compared_phone(literal(text))}")
        assert found == normalised_phone(text)

    agree()
    workspace.close()


def test_an_import_keeps_the_form_that_numbers_are_compared_by(importing):
    importing.load(Kind.CUSTOMERS, "customer_id,phone\n1,00359 88 812 3456\n2,call me\n3,\n")
    query = "SELECT customer_id, phone_normalised FROM customers ORDER BY 1"
    assert importing.sql(query) == [("1", "+359888123456"), ("2", ""), ("3", None)]


def test_a_number_that_cannot_be_compared_leaves_nothing_of_the_one_before(importing):
    importing.load(Kind.CUSTOMERS, "customer_id,phone\n1,0888 123 456\n")
    importing.load(Kind.CUSTOMERS, "customer_id,phone\n1,ask her mother\n")
    assert importing.sql("SELECT phone, phone_normalised FROM customers") == [("ask her mother", "")]
