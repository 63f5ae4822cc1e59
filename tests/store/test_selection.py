import sqlalchemy as sa

from crm_core.store.selection import selected


def values(session, table):
    return set(session.scalars(sa.select(table.c.value)))


def test_values_can_be_joined_each_once_until_the_next_selection(database):
    with database.read() as session:
        first = selected(session, ["a", "b", "a", "Жълт 'x' \"y\""])
        assert values(session, first) == {"a", "b", "Жълт 'x' \"y\""}
        other = selected(session, ["z"], name="others")
        assert values(session, first) == {"a", "b", "Жълт 'x' \"y\""}
        assert values(session, other) == {"z"}
        assert values(session, selected(session, [])) == set()


def test_a_selection_ends_with_its_transaction(database):
    for names in (["a"], ["b"]):
        with database.write() as session:
            assert values(session, selected(session, names)) == set(names)


def test_many_values_are_taken(database):
    with database.read() as session:
        assert len(values(session, selected(session, (f"c{number}" for number in range(200_000))))) == 200_000
