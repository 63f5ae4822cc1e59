"""What people wrote, on the Satisfaction page. Every comment is hostile input: it is drawn as plain text only."""

import pandas as pd
import streamlit as st

from crm_core.analytics import date_of
from crm_core.store.names import customer_names
from crm_core.surveys.verbatims import Voice, verbatims
from crm_core.ui import filters, lists, load
from crm_core.ui.figures import toolbar
from crm_core.ui.people import SHOWN
from crm_core.ui.review import View
from crm_core.ui.satisfaction import GROUPINGS, Answered, named_languages
from crm_core.ui.shell import User

EVERYBODY = "everybody"
ROW, HEADER = 64, 40
"""Heights in pixels: Streamlit wraps a text only in rows above 4 rem."""


def show(found: Answered, chosen: View, *, user: User) -> None:
    """What people wrote in the quarter, as plain text; who they are only for those with ``customers.read``."""
    by_group = load.answer_groups(chosen.grouping, found.until(chosen.quarter))
    with toolbar():
        voice = filters.one_of("Voices", [EVERYBODY, *map(str, Voice)], key="satisfaction.voice")
        with filters.lasting("satisfaction.search"):
            search = st.text_input(
                "Search the comments",
                key="satisfaction.search",
                placeholder="Search the comments",
                label_visibility="collapsed",
                width=260,
                bind="query-params",
            )
    rows = verbatims(
        found.responses,
        quarter=chosen.quarter,
        groups=by_group,
        voice=None if voice == EVERYBODY else Voice(voice),
        search=search or "",
    )
    if rows.empty:
        st.write("Nobody wrote anything that fits.")
        return
    st.caption(_how_many(len(rows)))
    _comment_table(rows.head(SHOWN), GROUPINGS[chosen.grouping], user)
    lists.files(
        lambda: in_file(rows),
        user=user,
        name="comments",
        key="satisfaction.comments.list",
        about={"List": f"Comments of {voice}", "View": chosen.words, **({"Search": search} if search else {})},
        last_day=found.last_day,
    )


def in_file(rows: pd.DataFrame) -> pd.DataFrame:
    """The comments with their date in place of the number of the day."""
    return rows.assign(day=[date_of(day) for day in rows.day]).rename(columns={"day": "date"})


def _how_many(count: int) -> str:
    if count > SHOWN:
        return f"The newest {SHOWN} of {load.notation().number(count)} comments."
    return f"{count} comment{'' if count == 1 else 's'}, the newest first."


def _comment_table(rows: pd.DataFrame, group: str, user: User) -> None:
    config = st.column_config
    # Cells of a table are drawn as they are: nothing in them becomes a link, a picture or markup.
    columns = {
        "date": config.DateColumn("Date", format="D MMM YYYY"),
        "nps": config.NumberColumn("Score", format="%d", width="small"),
        "voice": config.TextColumn("Voice", width="small"),
        "comment": config.TextColumn("Comment", width="large"),
        "language": config.TextColumn("Language", width="small"),
        "group": config.TextColumn(group),
    }
    languages = named_languages(rows.language.fillna("–"))
    rows = rows.assign(date=[date_of(day) for day in rows.day], language=languages)
    if user.may("customers.read"):
        with load.installation().database.read() as session:
            names = customer_names(session, rows.customer_id.dropna())
        rows = rows.assign(name=[names.get(customer, "–") for customer in rows.customer_id])
        columns |= {"name": config.TextColumn("Name"), "customer_id": config.TextColumn("Customer")}
    alt = "Comments with their score, the newest first"
    st.dataframe(
        rows[list(columns)],
        height=HEADER + ROW * min(len(rows), 8),
        row_height=ROW,
        column_config=columns,
        hide_index=True,
        placeholder="–",
        key="satisfaction.comments",
        alt=alt,
    )
