"""The rows of a file against what is stored: new, changed, unchanged."""

from dataclasses import dataclass

from crm_core.ingest.policy import Policy
from crm_core.ingest.workspace import Workspace


@dataclass(frozen=True)
class Comparison:
    """What importing would do. The engine holds ``met``: position, ``import_id`` and ``same`` of rows already known."""

    new: int
    changed: int
    unchanged: int
    builds_on: tuple[int, ...]
    """The imports that wrote the rows met."""

    def counts(self, policy: Policy) -> dict[str, int]:
        """Rows by what becomes of them, named as in `checks.Counts`."""
        adds = policy is Policy.ADD
        changed, kept = (0, self.changed) if adds else (self.changed, 0)
        return {"new": self.new, "changed": changed, "kept": kept, "unchanged": self.unchanged}


def meet(workspace: Workspace, joined: str, values: str) -> None:
    """Fill ``met`` from a join of the rows ``r`` with what is stored; ``values``: its import and if it is same."""
    workspace.met = None
    import_id, same = values.split(", ", 1)
    workspace.run(
        f"CREATE OR REPLACE TEMP TABLE met AS "  # noqa: S608
        f"SELECT r.position, {import_id} AS import_id, ({same}) AS same FROM {joined}"
    )


def counted(workspace: Workspace, rows: str) -> Comparison:
    """What ``met`` says about the rows."""
    total = workspace.count(f"SELECT count(*) FROM {rows}")  # noqa: S608
    unchanged = workspace.count("SELECT count(*) FROM met WHERE same")
    changed = workspace.count("SELECT count(*) FROM met WHERE NOT same")
    known = workspace.rows("SELECT DISTINCT import_id FROM met WHERE import_id IS NOT NULL ORDER BY 1")
    return Comparison(total - unchanged - changed, changed, unchanged, tuple(row[0] for row in known))
