"""which imports counted when a file was compared: what redoing an import depends on

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("imports", sa.Column("saw", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("imports", "saw")
