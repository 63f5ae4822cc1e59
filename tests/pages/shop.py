"""A small shop for the tests of pages, and what a page shows of it."""

import re
from datetime import date, timedelta
from html import unescape

import pandas as pd

from crm_core.store.tables import Customer
from tests.analytics.ledger import order_line
from tests.builders import sell

LAST = date(2026, 6, 30)


def ago(days):
    return LAST - timedelta(days=days)


#            last year          this year (the 12 months to 30 June 2026)
# ann        3 x 100.00         every 30 days 100.00, online, Ruse
# bob                           once 50.00, store, Varna
# cay        40.00 long ago     nothing
LINES = [
    *[order_line("ann", ago(days), 10_000, channel="online", region="Ruse") for days in range(0, 360, 30)],
    *[order_line("ann", ago(days), 10_000, channel="online", region="Ruse") for days in (400, 430, 460)],
    order_line("bob", ago(20), 5_000, channel="store", region="Varna"),
    order_line("cay", ago(800), 4_000, channel="store", region="Varna"),
]


def open_shop(installation):
    """Three customers, one of whom is known by name."""
    sell(installation.database, LINES)
    with installation.database.write() as session:
        session.add(Customer(customer_id="ann", first_name="Ann", last_name="Archer"))


def captions(page):
    return [caption.value for caption in page.caption]


def texts(page):
    return " ".join(element.value for element in [*page.markdown, *page.caption])


def turn_to(page, section):
    """The page with another of its sections: ``profit.section=Customers`` is the address of one."""
    widget, _, name = section.partition("=")
    page.session_state[widget] = name
    return page.run()


def lists(page):
    """The lists of customers on the page and in its window, in their order."""
    return [frame.value for frame in page.dataframe if "reason" in frame.value]


def table_with(page, column):
    """The table that has this column; AppTest gives no keys to tables."""
    (table,) = [table for table in tables(page) if column in table]
    return table


def tables(page):
    """All tables of the page: those to search and sort, then those of `plain_table`."""
    parts = [element.proto.body for element in page.get("html") if "<table" in element.proto.body]
    return [*(frame.value for frame in page.dataframe), *map(plain, parts)]


def plain(markup):
    """What `plain_table.markup` shows."""
    header, *rows = (
        [unescape(cell) for cell in re.findall("<t[hd][^>]*>(.*?)</t[hd]>", row)]
        for row in re.findall("<tr>(.*?)</tr>", markup)
    )
    return pd.DataFrame(rows, columns=header, dtype="str")
