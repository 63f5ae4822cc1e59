"""Survey responses and their answers, keyed by question code."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm_core.store.tables.customers import ID
from crm_core.store.tables.declarative import Base


class Response(Base):
    """One filled-in questionnaire; without ``customer_id`` it was given anonymously."""

    __tablename__ = "responses"

    response_id: Mapped[str] = mapped_column(ID, primary_key=True)
    customer_id: Mapped[str | None] = mapped_column(ID, index=True)
    survey: Mapped[str | None] = mapped_column(sa.String(120))
    day: Mapped[int] = mapped_column(index=True)
    language: Mapped[str | None] = mapped_column(sa.String(20))
    created_import_id: Mapped[int | None] = mapped_column(sa.ForeignKey("imports.id"), index=True)
    updated_import_id: Mapped[int | None] = mapped_column(sa.ForeignKey("imports.id"), index=True)


class Answer(Base):
    """The answer to one question: a number or a text; a skipped question has no row."""

    __tablename__ = "answers"

    response_id: Mapped[str] = mapped_column(
        ID, sa.ForeignKey("responses.response_id", ondelete="CASCADE"), primary_key=True
    )
    code: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    number: Mapped[int | None]
    text: Mapped[str | None] = mapped_column(sa.Text)
