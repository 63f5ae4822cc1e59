"""fits of anything, not of value models alone: what was fitted stands where the period stood

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op

from crm_core.store.tables.declarative import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _made_anew("what", 80)


def downgrade() -> None:
    _made_anew("period", 10)


def _made_anew(column: str, length: int) -> None:
    # Every fit can be made again from the data, so none is carried over.
    op.drop_table("model_fits")
    op.create_table(
        "model_fits",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("data_version", sa.Integer(), nullable=False),
        sa.Column("as_of_day", sa.Integer(), nullable=False),
        sa.Column(column, sa.String(length=length), nullable=False),
        sa.Column("fitted_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_model_fits")),
        sa.UniqueConstraint("data_version", "as_of_day", column, name="uq_model_fits_data_version"),
    )
