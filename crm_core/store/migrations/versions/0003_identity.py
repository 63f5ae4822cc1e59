"""records that are of different people, and the form that phones known already are compared by

Revision: 0003, after 0002
"""

import sqlalchemy as sa
from alembic import op

from crm_core.phones import normalised_phone
from crm_core.store.tables.declarative import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BATCH = 10_000


def upgrade() -> None:
    op.create_table(
        "distinctions",
        sa.Column("first_id", sa.String(length=120), nullable=False),
        sa.Column("second_id", sa.String(length=120), nullable=False),
        sa.Column("said_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("said_by", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_distinctions")),
    )
    _compare_phones()


def downgrade() -> None:
    op.drop_table("distinctions")


def _compare_phones() -> None:
    customers = sa.table("customers", sa.column("customer_id"), sa.column("phone"), sa.column("phone_normalised"))
    rows = (
        op.get_bind().execute(sa.select(customers.c.customer_id, customers.c.phone).where(customers.c.phone > "")).all()
    )
    update = (
        sa.update(customers)
        .where(customers.c.customer_id == sa.bindparam("key"))
        .values(phone_normalised=sa.bindparam("compared"))
    )
    for start in range(0, len(rows), BATCH):
        batch = [{"key": key, "compared": normalised_phone(phone)} for key, phone in rows[start : start + BATCH]]
        op.get_bind().execute(update, batch)
