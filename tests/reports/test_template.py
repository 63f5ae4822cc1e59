import pytest

from crm_core.columns import FIELDS, Kind
from crm_core.reports.template import template


@pytest.mark.parametrize("kind", list(Kind))
def test_a_template_has_every_column_and_what_is_required_is_filled_in(kind):
    table = template(kind)
    required = [field.name for field in FIELDS[kind] if field.required]
    assert set(table.columns) == {field.name for field in FIELDS[kind]}
    assert list(table.columns)[: len(required)] == required
    assert (table[required] != "").all(axis=None)


def test_a_copied_row_never_becomes_a_consent():
    customers = template(Kind.CUSTOMERS)
    assert (customers[[name for name in customers if name.startswith("consent")]] == "").all(axis=None)
