"""An installation to import into, and one call from the text of a file to its check or its import."""

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from crm_core.columns import Kind
from crm_core.ingest.checked import Checked
from crm_core.ingest.checks import check
from crm_core.ingest.loading import Loaded, load
from crm_core.ingest.mapping import suggested
from crm_core.ingest.reading import read
from crm_core.ingest.workspace import Workspace
from crm_core.settings import Settings
from crm_core.signing import Key
from crm_core.store.installation import Installation
from crm_core.store.ledger import open_warehouse
from tests.builders import ANN


@pytest.fixture
def installation(database) -> Installation:
    return Installation(Settings(home=database.home, database_url=database.url), Key(bytes(32)), database)


@pytest.fixture
def workspace(tmp_path) -> Iterator[Workspace]:
    workspace = Workspace(tmp_path / "home")
    yield workspace
    workspace.close()


@pytest.fixture
def value(workspace):
    """The value of one SQL expression over the cell ``v``."""

    def of(sql, cell):
        query = f"SELECT {sql} FROM (SELECT ?::VARCHAR AS v)"  # noqa: S608
        return workspace.connection.execute(query, [cell]).fetchall()[0][0]

    return of


class Importing:
    """Checks and imports files given as text."""

    def __init__(self, installation, now):
        self.installation, self.now = installation, now
        self.workspaces = []

    def check(self, kind: Kind, content, *, name="file.csv", **conventions) -> Checked:
        self.workspaces.append(Workspace(self.installation.database.home))
        content = content.encode() if isinstance(content, str) else content
        source = read(content, name=name, workspace=self.workspaces[-1])
        return check(self.installation, source, suggested(kind, source.header), now=self.now, **conventions)

    def load(self, kind: Kind, content, **conventions) -> Loaded:
        return self.commit(self.check(kind, content, **conventions))

    def commit(self, checked: Checked) -> Loaded:
        return load(self.installation, checked, actor=ANN, now=self.now)

    def sql(self, query) -> list[tuple]:
        with self.installation.database.read() as session:
            statement = sa.text(query) if isinstance(query, str) else query
            return [tuple(row) for row in session.execute(statement)]

    def lines(self, columns="order_id, line, amount_cents", table="order_lines") -> list[tuple]:
        warehouse = open_warehouse(self.installation.database)
        statement = sa.select(sa.text(columns)).select_from(sa.text(table)).order_by(sa.text(columns))
        frame = warehouse.frame(statement).astype(object)
        warehouse.close()
        return list(frame.where(frame.notna(), None).itertuples(index=False, name=None))


@pytest.fixture
def importing(installation, now) -> Iterator[Importing]:
    importing = Importing(installation, now)
    yield importing
    for workspace in importing.workspaces:
        workspace.close()


@pytest.fixture
def told() -> Callable[[Checked], list[str]]:
    """The problems of a check as the person reads them."""
    return lambda checked: [str(problem) for problem in checked.problems]
