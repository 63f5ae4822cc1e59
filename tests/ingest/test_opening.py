import pytest

from crm_core.columns import Kind
from crm_core.errors import IngestError
from crm_core.ingest.checks import check
from crm_core.ingest.loading import load
from crm_core.ingest.mapping import from_json
from crm_core.ingest.opening import open_file


def test_the_mapping_of_the_last_file_with_this_header_is_remembered(installation, now):
    first = open_file(installation, Kind.CUSTOMERS, b"Who,Mail\n1,a@x.com\n", name="one.csv")
    assert not first.remembered
    chosen = from_json(Kind.CUSTOMERS, first.source.header, {"customer_id": "Who", "email": "Mail"})
    load(installation, check(installation, first.source, chosen, now=now), user="ann", now=now)
    second = open_file(installation, Kind.CUSTOMERS, b"Who,Mail\n2,b@x.com\n", name="two.csv")
    assert (second.mapping, second.remembered) == (chosen, True)
    other_kind = open_file(installation, Kind.PRODUCTS, b"Who,Mail\n2,b@x.com\n", name="two.csv")
    assert not other_kind.remembered
    for opened in first, second, other_kind:
        opened.close()


def test_a_refused_file_leaves_nothing_behind(installation):
    with pytest.raises(IngestError):
        open_file(installation, Kind.CUSTOMERS, b"%PDF", name="one.csv")
    assert list((installation.database.home / "work").iterdir()) == []
