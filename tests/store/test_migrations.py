import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from crm_core.store.engine import MIGRATIONS, Database


def test_numbers_stored_before_they_were_compared_get_their_form(tmp_path):
    database = Database(f"sqlite:///{tmp_path / 'crm.sqlite'}", tmp_path)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    insert = "INSERT INTO customers (customer_id, phone, extra, search_text) VALUES (:id, :phone, '{}', '')"
    with database.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        for key, phone in (("1", "00359 888 123"), ("2", "call me"), ("3", None)):
            connection.execute(sa.text(insert), {"id": key, "phone": phone})
        command.upgrade(config, "0003")
        found = connection.execute(sa.text("SELECT phone_normalised FROM customers ORDER BY customer_id")).all()
    database.close()
    assert [row[0] for row in found] == ["+359888123", "", None]
