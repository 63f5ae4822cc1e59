"""Files made by the engine, which writes millions of rows in seconds."""

from pathlib import Path

import duckdb


def copied(query: str, path: Path, form: str) -> str:
    """Write the rows of ``query`` in the form that COPY names, and return where they are."""
    with duckdb.connect() as connection:
        # A Python that looks interactive to the engine gets a bar of progress among the figures.
        connection.execute("SET enable_progress_bar = false")
        connection.execute(f"COPY ({query}) TO '{path}' ({form})")
    return str(path)
