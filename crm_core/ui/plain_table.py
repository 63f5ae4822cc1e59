"""A small table as a part of the page: a few rows in words, with nothing to search, to sort or to press.

``st.dataframe`` draws on a canvas by a library of its own, which took a tenth of the time until a page is seen; what
stands here is heard by screen readers, and comes into a spreadsheet by copying it.
"""

from collections.abc import Collection
from html import escape

import pandas as pd
import streamlit as st


def draw(table: pd.DataFrame, *, name: str, words: Collection[str] = ()) -> None:
    """Draw ``table``, all of it as people read it; its first column says what each row is about.

    Parameters
    ----------
    name
        What the table shows, for those who hear it.
    words
        Columns besides the first that hold words; the others hold numbers, one under the other.
    """
    st.html(markup(table, name=name, words=words))


def markup(table: pd.DataFrame, *, name: str, words: Collection[str] = ()) -> str:
    """`draw` as HTML; names come from files, and none of them is taken for markup."""
    first, *others = (str(column) for column in table)
    kinds = ["" if column in words else ' class="number"' for column in others]
    head = "".join(f'<th scope="col"{kind}>{escape(column)}</th>' for column, kind in zip(others, kinds, strict=True))
    body = "".join(
        f'<tr><th scope="row">{escape(str(of))}</th>'
        + "".join(f"<td{kind}>{escape(str(cell))}</td>" for cell, kind in zip(cells, kinds, strict=True))
        + "</tr>"
        for of, *cells in table.itertuples(index=False, name=None)
    )
    return (
        f'<div class="plain-table" tabindex="0" role="region" aria-label="{escape(name)}"><table>'
        f'<thead><tr><th scope="col">{escape(first)}</th>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )
