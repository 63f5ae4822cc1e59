"""Customers, products, answers and interactions: a file against the database, and the file of rows to write."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
from sqlalchemy.orm import Session

from crm_core.columns import Kind
from crm_core.ingest import opt_outs
from crm_core.ingest.comparison import Comparison, counted, meet
from crm_core.ingest.consents import compare_consents
from crm_core.ingest.policy import Policy
from crm_core.ingest.prepared import Prepared
from crm_core.ingest.progress import Progress, Tell, untold
from crm_core.ingest.repeats import content
from crm_core.ingest.workspace import Workspace, literal
from crm_core.store import ledger, records
from crm_core.store.record_writing import CREATED, EVIDENCE, KEPT, STATE, UPDATED

SEARCHED = ("first_name", "last_name", "company", "email", "phone")
"""The columns of a customer that a search looks into, besides the id."""


def compare_with_records(
    session: Session, prepared: Prepared, rows: str, *, without: int | None = None, tell: Tell = untold
) -> Comparison:
    """Compare with the rows of the database; an empty cell says nothing about what is known.

    The engine then also holds ``existing``, the stored rows under the file's keys, ``evidence``
    (`consents.compare_consents`) and ``further_no`` (`opt_outs.compare_opt_outs`), all as they would be without the
    import ``without``. ``tell`` hears of stored rows.
    """
    workspace = prepared.workspace
    kind = prepared.known.mapping.kind
    columns = record_columns(prepared)
    further = [name for name in SEARCHED if name not in columns] if kind is Kind.CUSTOMERS else []
    bring_existing(workspace, session, kind, rows, columns, further=further, without=without, tell=tell)
    extra = {"extra": "json_merge_patch(e.extra, r.extra) = json_merge_patch(e.extra, '{}')"}
    same = [extra.get(name, f"(r.{name} IS NULL OR r.{name} IS NOT DISTINCT FROM e.{name})") for name in columns]
    compare_consents(session, prepared, rows, without=without)
    opt_outs.compare_opt_outs(session, prepared, rows, without=without)
    equal = " AND ".join([*same, "v.position IS NULL"])
    joined = f"{rows} r JOIN existing e USING ({records.key_of(kind)}) LEFT JOIN evidence v ON v.position = r.position"
    meet(workspace, joined, f"e.updated_import_id, {equal}")
    return counted(workspace, rows)


_FURTHER_NO = (
    f"SELECT customer_id, '{KEPT}' AS {STATE}, false AS evidence_confirmed, day AS evidence_day, "  # noqa: S608
    "source AS evidence_source, wording AS evidence_wording FROM further_no"
)
"""Rows that only bring evidence: the customer stays as known, or as another row of the file says."""


def write_rows(prepared: Prepared, rows: str, target: Path, *, policy: Policy) -> None:
    """Write what the import will create and update into a file; `compare_with_records` came before.

    An import that only adds leaves known rows as they are, but for their opt-outs.
    """
    known = KEPT if policy is Policy.ADD else UPDATED
    key = records.key_of(prepared.known.mapping.kind)
    state = f"CASE WHEN met.position IS NULL THEN '{CREATED}' ELSE '{known}' END AS {STATE}"
    wanted = "met.position IS NULL OR NOT met.same"
    if policy is Policy.ADD:
        wanted = "met.position IS NULL OR (NOT met.same AND NOT v.confirmed)"
    joined = (
        f"{rows} r LEFT JOIN met USING (position) LEFT JOIN existing e USING ({key}) "
        "LEFT JOIN evidence v USING (position)"
    )
    # In the order of the key: the database then writes its pages one after another.
    columns = ", ".join([f"r.{key}", state, *_values(prepared), *_evidence(prepared)])
    query = f"SELECT {columns} FROM {joined} WHERE {wanted} ORDER BY r.{key}"  # noqa: S608
    if opt_outs.further(prepared):
        query = f"FROM ({query}) UNION ALL BY NAME {_FURTHER_NO} ORDER BY {key}"
    write_parquet(prepared.workspace, query, target)


def write_parquet(workspace: Workspace, query: str, target: Path) -> None:
    """Put the rows of a query into a file of the ledger's folder."""
    ledger.write(
        target, lambda path: workspace.run(f"COPY ({query}) TO {literal(path)} (FORMAT parquet, COMPRESSION zstd)")
    )


def record_columns(prepared: Prepared) -> list[str]:
    """The columns of the file that the database keeps, without the key."""
    kind = prepared.known.mapping.kind
    return [name for name in records.kept_columns(kind, content(prepared)) if name != records.key_of(kind)]


def bring_existing(
    workspace: Workspace,
    session: Session,
    kind: Kind,
    rows: str,
    columns: Sequence[str],
    *,
    further: Sequence[str] = (),
    without: int | None = None,
    tell: Tell = untold,
) -> None:
    """Copy the stored rows under the keys of ``rows`` into the engine as ``existing``, in the types of ``rows``.

    ``further`` are texts that ``rows`` does not have.
    """
    key = records.key_of(kind)
    texts = [f"NULL::VARCHAR AS {name}" for name in further]
    stamps = [f"NULL::INTEGER AS {name}" for name in ("created_import_id", "updated_import_id")]
    workspace.run(
        f"CREATE OR REPLACE TEMP TABLE existing AS SELECT {', '.join([key, *columns, *texts, *stamps])} "  # noqa: S608
        f"FROM {rows} LIMIT 0"
    )
    keys = batches(workspace, f"SELECT {key} FROM {rows}")  # noqa: S608
    done = 0
    for found in records.stored(session, kind, keys, [*columns, *further]):
        done += len(found)
        tell(Progress("Comparing", done, 0))
        keep(workspace, "existing", found)
    if without is not None:
        _go_back(workspace, session, kind, [*columns, *further], without)


def batches(workspace: Workspace, query: str) -> Iterator[list[str]]:
    """The first column of a query, in batches."""
    for batch in workspace.batches(query):
        yield [str(row[0]) for row in batch]


def keep(workspace: Workspace, table: str, rows: Iterable[Sequence[object]]) -> None:
    """Add rows from the database to a table of the engine."""
    columns = [pa.array(values) for values in zip(*rows, strict=True)]
    brought = pa.table(columns, names=[f"c{place}" for place in range(len(columns))])
    with workspace.given(brought=brought):
        workspace.run(f"INSERT INTO {table} SELECT * FROM brought")  # noqa: S608


def _go_back(workspace: Workspace, session: Session, kind: Kind, columns: Sequence[str], import_id: int) -> None:
    """Make ``existing`` what it would be if the import were undone."""
    key = records.key_of(kind)
    workspace.run(f"CREATE OR REPLACE TEMP TABLE images ({key} VARCHAR, before VARCHAR)")
    for found in records.images(session, kind, import_id):
        keep(workspace, "images", found)
    types = dict(workspace.rows("SELECT name, type FROM pragma_table_info('existing')"))
    before = [
        f"CASE WHEN i.before IS NULL THEN e.{name} ELSE CAST(i.before ->> '$.{name}' AS {types[name]}) END AS {name}"
        for name in [*columns, "updated_import_id"]
    ]
    workspace.run(
        f"CREATE OR REPLACE TEMP TABLE existing AS SELECT e.* REPLACE ({', '.join(before)}) "  # noqa: S608
        f"FROM existing e LEFT JOIN images i USING ({key}) WHERE e.created_import_id IS DISTINCT FROM {import_id}"
    )


def _values(prepared: Prepared) -> list[str]:
    """The columns of a row ``r`` over the stored row ``e``, if any: what the file says, else what was known."""
    columns = record_columns(prepared)
    values = {name: f"coalesce(r.{name}, e.{name})" for name in columns}
    if "extra" in values:
        values["extra"] = "CASE WHEN e.extra IS NULL THEN r.extra ELSE json_merge_patch(e.extra, r.extra) END"
    listed = [f"{value} AS {name}" for name, value in values.items()]
    if prepared.known.mapping.kind is Kind.CUSTOMERS:
        listed.append(_search_text({name: values.get(name, f"e.{name}") for name in SEARCHED}))
    return listed


def _search_text(values: dict[str, str]) -> str:
    """What a customer is found by, lower case; the digits of the phone again without marks between them."""
    digits = f"regexp_replace({values['phone']}, '\\D', '', 'g')"
    return f"lower(concat_ws(' ', r.customer_id, {', '.join(values.values())}, {digits})) AS search_text"


def _evidence(prepared: Prepared) -> list[str]:
    if prepared.known.mapping.kind is not Kind.CUSTOMERS:
        return []
    return [f"v.{column.name.removeprefix('evidence_')} AS {column.name}" for column in EVIDENCE]
