"""Imports, undos, redos, replacements and merges in any order leave what a model in memory says."""

import os
import shutil
import tempfile
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from crm_core.columns import Kind
from crm_core.errors import CrmError
from crm_core.ingest.checks import check
from crm_core.ingest.loading import load
from crm_core.ingest.mapping import suggested
from crm_core.ingest.merging import merge_customers, undo_merge
from crm_core.ingest.policy import Policy
from crm_core.ingest.reading import read
from crm_core.ingest.undoing import redo, undo
from crm_core.ingest.workspace import Workspace
from crm_core.settings import Settings
from crm_core.signing import Key
from crm_core.store import consents
from crm_core.store.engine import Database
from crm_core.store.installation import Installation
from crm_core.store.ledger import open_warehouse
from tests.builders import ANN
from tests.conftest import NOW

EXAMPLES = int(os.environ.get("SEQUENCES", "6"))
IDS = ("1", "2", "3")
PROOF = {"": ",,", "no": ",,", "yes": "2026-01-01,form,I agree"}
HEADERS = {
    Kind.CUSTOMERS: "id,first name,city,consent,consent_date,consent_source,consent_wording\n",
    Kind.ORDER_LINES: "order,line,customer,date,amount\n",
}

ids = st.sampled_from(IDS)
names, cities = (st.sampled_from(("", "name")), st.sampled_from(("", "city", "city", "same")))
customers = st.dictionaries(ids, st.tuples(names, cities, st.sampled_from(("", "", "yes", "no"))), min_size=1)
lines = st.dictionaries(
    st.tuples(st.sampled_from("AB"), st.sampled_from((1, 2))), st.tuples(ids, st.sampled_from((1, 2))), min_size=1
)
additions = st.sampled_from((Policy.ADD, Policy.UPDATE, Policy.UPDATE))


@dataclass(frozen=True)
class Step:
    """An import or a merge that happened; it shapes the data while it stands."""

    kind: Kind | None
    rows: dict = field(default_factory=dict)
    policy: Policy | None = None
    replaces: int | None = None
    pair: tuple[str, str] | None = None
    stands: bool = True


class Model:
    """What the data should be: every step that stands, one after the other."""

    def __init__(self):
        self.steps, self.imports, self.merges, self.refused = [], {}, {}, dict.fromkeys(IDS, False)

    def stand(self, place, stands):
        self.steps[place] = replace(self.steps[place], stands=stands)

    def aliases(self):
        known = {step.pair[1]: step.pair[0] for step in self.steps if step.pair and step.stands}
        while any(kept in known for kept in known.values()):
            known = {merged: known.get(kept, kept) for merged, kept in known.items()}
        return known

    def group(self, customer):
        known = self.aliases()
        return [each for each in IDS if known.get(each, each) == customer]

    def resolved(self, rows):
        """The rows under the ids that are kept; of several about one customer that of the kept one, or the first."""
        known, found = self.aliases(), {}
        for each in sorted(rows, key=lambda each: (each in known, each)):
            found.setdefault(known.get(each, each), rows[each])
        return found

    def customers(self):
        data = {}
        for step in self.steps:
            if step.stands and step.pair:
                kept, merged = step.pair
                theirs = data.pop(merged)
                data[kept] = tuple(own or other for own, other in zip(data[kept], theirs, strict=True))
            if step.stands and step.kind is Kind.CUSTOMERS:
                for each, (name, city, _) in step.rows.items():
                    if each not in data:
                        data[each] = (name, city)
                    elif step.policy is not Policy.ADD:
                        data[each] = (name or data[each][0], city or data[each][1])
        return data

    def lines(self):
        data, known = {}, self.aliases()
        for step in self.steps:
            if step.stands and step.kind is Kind.ORDER_LINES:
                for key, value in step.rows.items():
                    if step.policy is not Policy.ADD or key not in data:
                        data[key] = value
        return {key: (known.get(customer, customer), amount) for key, (customer, amount) in data.items()}


class Sequences(RuleBasedStateMachine):
    """Every command is done in the product and in the model; one that is refused changes nothing."""

    blank: Path
    done: dict[str, int]

    @initialize(first=customers)
    def begin(self, first):
        self.home = Path(tempfile.mkdtemp(dir=self.blank.parent))
        shutil.copy(self.blank, self.home / "crm.sqlite")
        database = Database(f"sqlite:///{self.home / 'crm.sqlite'}", self.home)
        options = Settings(home=database.home, database_url=database.url)
        self.installation, self.database = Installation(options, Key(bytes(32)), database), database
        self.model, self.now, self.file = Model(), NOW, 0
        self.bring(Kind.CUSTOMERS, first, Policy.UPDATE)

    def teardown(self):
        if hasattr(self, "database"):
            self.database.close()
            shutil.rmtree(self.home)

    def count(self, what):
        self.done[what] = self.done.get(what, 0) + 1
        self.now += timedelta(minutes=1)

    def attempt(self, what, command):
        """The answer of the command, or None when it refused."""
        try:
            answer = command()
        except CrmError as fault:
            self.count(f"{what} refused")
            self.why = str(fault)
            return None
        self.count(what)
        return answer

    def load(self, kind, rows, policy, replaces=None):
        text = HEADERS[kind]
        for key, values in rows.items():
            if kind is Kind.CUSTOMERS:
                name, city, consent = values
                text += f"{key},{name},{city},{consent},{PROOF[consent]}\n"
            else:
                text += f"{key[0]},{key[1]},{values[0]},2026-01-01,{values[1]}\n"
        workspace = Workspace(self.home)
        try:
            source = read(text.encode(), name="file.csv", workspace=workspace)
            checked = check(
                self.installation, source, suggested(kind, source.header), now=self.now, policy=policy,
                replaces=replaces,
            )  # fmt: skip
            return load(self.installation, checked, actor=ANN, now=self.now)
        finally:
            workspace.close()

    def bring(self, kind, rows, policy, replaces=None):
        self.file += 1
        if kind is Kind.CUSTOMERS:  # names differ from file to file; cities may be the same again
            rows = {
                each: (f"{name}{self.file}" if name else "", f"{city}{self.file}" if city == "city" else city, consent)
                for each, (name, city, consent) in rows.items()
            }
        loaded = self.attempt(policy, lambda: self.load(kind, rows, policy, replaces))
        assert loaded or replaces, self.why
        if loaded is None or loaded.repeated:
            return
        model = self.model
        if kind is Kind.CUSTOMERS:
            rows = model.resolved(rows)
            for each in [each for each, values in rows.items() if values[2] == "no"]:
                model.refused |= dict.fromkeys(model.group(each), True)
        if replaces:
            model.stand(model.imports[replaces], False)
        model.imports[loaded.record.id] = len(model.steps)
        model.steps.append(Step(kind, rows, policy, replaces))

    @rule(rows=customers, policy=additions)
    def import_customers(self, rows, policy):
        self.bring(Kind.CUSTOMERS, rows, policy)

    @rule(rows=lines, policy=additions)
    def import_lines(self, rows, policy):
        self.bring(Kind.ORDER_LINES, rows, policy)

    @precondition(lambda self: self.known(stands=True))
    @rule(data=st.data())
    def replace(self, data):
        chosen = self.chosen(data, stands=True)
        kind = self.model.steps[self.model.imports[chosen]].kind
        rows = data.draw(customers if kind is Kind.CUSTOMERS else lines)
        self.bring(kind, rows, Policy.REPLACE, chosen)

    @precondition(lambda self: self.known(stands=True))
    @rule(data=st.data())
    def undo(self, data):
        self.exchange(undo, self.chosen(data, stands=True), stands=False)

    @precondition(lambda self: self.known(stands=False))
    @rule(data=st.data())
    def redo(self, data):
        self.exchange(redo, self.chosen(data, stands=False), stands=True)

    @precondition(lambda self: self.known(stands=True))
    @rule(data=st.data())
    def undo_and_redo(self, data):
        chosen = self.chosen(data, stands=True)
        if self.exchange(undo, chosen, stands=False):
            assert self.exchange(redo, chosen, stands=True), self.why

    def known(self, *, stands):
        model = self.model
        return [each for each, place in model.imports.items() if model.steps[place].stands is stands]

    def chosen(self, data, *, stands):
        return data.draw(st.sampled_from(self.known(stands=stands)))

    def exchange(self, command, chosen, *, stands):
        name = command.__name__
        if not self.attempt(name, lambda: command(self.installation, chosen, actor=ANN, now=self.now)):
            return False
        model = self.model
        other = model.steps[model.imports[chosen]].replaces
        model.stand(model.imports[chosen], stands)
        if other:
            model.stand(model.imports[other], not stands)
        return True

    @precondition(lambda self: len(self.model.customers()) > 1)
    @rule(data=st.data())
    def merge(self, data):
        kept, merged, *_ = data.draw(st.permutations(sorted(self.model.customers())))
        past = self.attempt(
            "merge", lambda: merge_customers(self.database, ANN, kept, merged, choices={}, now=self.now)
        )
        if past:
            self.model.merges[past.id] = len(self.model.steps)
            self.model.steps.append(Step(None, pair=(kept, merged)))

    @precondition(lambda self: self.merged())
    @rule(data=st.data())
    def undo_merge(self, data):
        chosen = data.draw(st.sampled_from(self.merged()))
        if self.attempt("unmerge", lambda: undo_merge(self.database, ANN, chosen, now=self.now)):
            self.model.stand(self.model.merges[chosen], False)

    def merged(self):
        return [each for each, place in self.model.merges.items() if self.model.steps[place].stands]

    @invariant()
    def data_are_those_of_the_model(self):
        if not hasattr(self, "database"):
            return
        model = self.model
        with self.database.read() as session:
            found = session.execute(sa.text("SELECT customer_id, first_name, city FROM customers"))
            records = {each: (name or "", city or "") for each, name, city in found}
            status = consents.current(session, IDS)
            committed = session.execute(sa.text("SELECT id, status FROM imports"))
            standing = {each for each, status in committed if status == "committed"}
        assert records == model.customers()
        assert standing == {each for each, place in model.imports.items() if model.steps[place].stands}
        warehouse = open_warehouse(self.database)
        rows = warehouse.frame(sa.text("SELECT order_id, line, customer_id, amount_cents FROM order_lines").columns())
        warehouse.close()
        assert len(rows) == len(model.lines())
        assert {(order, line): (who, cents // 100) for order, line, who, cents in rows.to_numpy()} == model.lines()
        for each in records:
            if any(model.refused[one] for one in model.group(each)):
                assert status.get(each) != "confirmed", f"{each} said no"
                assert status.get(each) == "unsubscribed", f"the no of {each} is lost"


@pytest.mark.slow
def test_any_sequence_leaves_what_the_model_says(migrated):
    Sequences.blank, Sequences.done = migrated, {}
    quick = settings(
        max_examples=EXAMPLES, stateful_step_count=12, deadline=None, derandomize=EXAMPLES < 100,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate] if EXAMPLES >= 100 else list(Phase),
    )  # fmt: skip
    run_state_machine_as_test(Sequences, settings=quick)
    assert {"undo", "redo", "merge", "unmerge", Policy.REPLACE, "undo refused"} <= set(Sequences.done)
