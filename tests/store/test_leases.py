from datetime import timedelta

from crm_core.store.leases import acquire, release


def test_only_one_owner_holds_a_lease_until_it_runs_out_or_is_given_back(database, now):
    def ask(owner, after=0.0):
        with database.write() as session:
            return acquire(session, "import", owner, now=now + timedelta(seconds=after), seconds=60)

    assert ask("a")
    assert not ask("b")
    assert ask("a", after=30)  # renewed: now until second 90
    assert not ask("b", after=80)
    assert ask("b", after=91)
    with database.write() as session:
        release(session, "import", "a")  # no longer the holder: nothing happens
    assert not ask("c", after=92)
    with database.write() as session:
        release(session, "import", "b")
    assert ask("c", after=93)
