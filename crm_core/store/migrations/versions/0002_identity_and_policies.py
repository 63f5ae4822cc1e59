"""customers made one, phones to match by, import policies, exchange rates

Revision: 0002, after 0001
"""

import sqlalchemy as sa
from alembic import op

from crm_core.store.tables.declarative import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "merges",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.String(length=120), nullable=False),
        sa.Column("merged_id", sa.String(length=120), nullable=False),
        sa.Column("merged_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("merged_by", sa.String(length=120), nullable=False),
        sa.Column("undone_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.String(length=120), nullable=True),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("moved", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
    )
    op.create_index(op.f("ix_merges_kept_id"), "merges", ["kept_id"])
    op.create_index(op.f("ix_merges_merged_id"), "merges", ["merged_id"])
    op.create_table(
        "exchange_rates",
        sa.Column("rate_id", sa.String(length=120), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("rate", sa.Float(), nullable=False),
        sa.Column("created_import_id", sa.Integer(), nullable=True),
        sa.Column("updated_import_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_import_id"], ["imports.id"], name=op.f("fk_exchange_rates_created_import_id")
        ),
        sa.ForeignKeyConstraint(
            ["updated_import_id"], ["imports.id"], name=op.f("fk_exchange_rates_updated_import_id")
        ),
        sa.PrimaryKeyConstraint("rate_id", name=op.f("pk_exchange_rates")),
    )
    for column in ("currency", "created_import_id", "updated_import_id"):
        op.create_index(op.f(f"ix_exchange_rates_{column}"), "exchange_rates", [column])
    # Plain ADD COLUMN: making the table anew, as batch mode does, would break the keys that point at it.
    op.add_column("imports", sa.Column("rows_file", sa.String(length=255), nullable=True))
    op.add_column("imports", sa.Column("policy", sa.String(length=20), nullable=False, server_default="update"))
    op.add_column("imports", sa.Column("replaces", sa.Integer(), nullable=True))
    op.add_column("customers", sa.Column("phone_normalised", sa.String(length=60), nullable=True))
    op.create_index(op.f("ix_customers_phone_normalised"), "customers", ["phone_normalised"])


def downgrade() -> None:
    op.drop_index(op.f("ix_customers_phone_normalised"), table_name="customers")
    op.drop_column("customers", "phone_normalised")
    for column in ("replaces", "policy", "rows_file"):
        op.drop_column("imports", column)
    op.drop_table("exchange_rates")
    op.drop_table("merges")
