"""The committed files of the demonstration, as anybody would read them."""

from pathlib import Path

import pandas as pd
import pytest

DATA = Path(__file__).resolve().parents[2] / "data"


def _read(name, *dates):
    return pd.read_csv(DATA / f"{name}.csv", parse_dates=list(dates), dtype={"phone": "str", "postal_code": "str"})


@pytest.fixture(scope="session")
def data():
    return DATA


@pytest.fixture(scope="session")
def customers():
    return _read("customers", "birthday", "created", "consent_date")


@pytest.fixture(scope="session")
def lines(customers):
    """Order lines with ``quarter``, such as 2026Q1."""
    frame = _read("order_lines", "date")
    return frame.assign(quarter=frame.date.dt.to_period("Q").astype(str))


@pytest.fixture(scope="session")
def bought(lines):
    """What known customers bought: no returns, no anonymous sales."""
    return lines[lines.customer_id.notna() & (lines.amount > 0)]


@pytest.fixture(scope="session")
def products():
    return _read("products")


@pytest.fixture(scope="session")
def costs():
    return _read("costs", "date")


@pytest.fixture(scope="session")
def answers(customers):
    """Answers with the ``quarter`` of the date and the ``region`` of those who are known."""
    frame = _read("answers", "date").merge(customers[["customer_id", "region"]], how="left")
    return frame.assign(quarter=frame.date.dt.to_period("Q").astype(str))


@pytest.fixture(scope="session")
def interactions(customers):
    frame = _read("interactions", "date").merge(customers[["customer_id", "region"]], how="left")
    return frame.assign(quarter=frame.date.dt.to_period("Q").astype(str))


@pytest.fixture(scope="session")
def campaigns():
    return _read("campaigns", "sent")


@pytest.fixture(scope="session")
def recipients():
    return _read("campaign_recipients", "delivered", "opened", "clicked", "unsubscribed")
