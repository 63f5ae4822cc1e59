"""How fresh the data are."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm_core.store.tables import Import


def last_import(session: Session) -> datetime | None:
    """When the newest import that still counts was committed; None when there is none."""
    return session.scalar(sa.select(sa.func.max(Import.imported_at)).where(Import.status == "committed"))
