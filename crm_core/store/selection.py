"""Values from elsewhere inside the database, so that SQL can join against them."""

from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

_END = {"sqlite": "", "postgresql": " ON COMMIT DROP"}
_FROM_JSON = {"sqlite": "SELECT value FROM json_each(:these)", "postgresql": "SELECT json_array_elements_text(:these)"}


def selected(session: Session, values: Iterable[str], *, name: str = "selected_customers") -> sa.TableClause:
    """A temporary table with one column, ``value``: these values until the transaction's next use of ``name``.

    A list of bound values stops at some thousands, differently in each driver; one JSON value takes 100,000.
    """
    connection = session.connection()
    table = sa.table(name, sa.column("value", sa.String))
    connection.exec_driver_sql(
        f"CREATE TEMPORARY TABLE IF NOT EXISTS {name} (value TEXT PRIMARY KEY){_END[connection.dialect.name]}"
    )
    connection.execute(sa.delete(table))
    these = sa.bindparam("these", list(dict.fromkeys(values)), sa.JSON)
    connection.execute(sa.text(f"INSERT INTO {name} {_FROM_JSON[connection.dialect.name]}").bindparams(these))
    return table
