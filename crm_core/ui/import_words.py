"""What the Imports page calls things."""

from crm_core.columns import Kind
from crm_core.ingest.cells import DateOrder, DecimalMark
from crm_core.ingest.policy import Policy
from crm_core.store.imports import PastImport
from crm_core.ui.format import Notation

NAMES: dict[Kind, str] = {
    Kind.CUSTOMERS: "Customers",
    Kind.ORDER_LINES: "Order lines",
    Kind.PRODUCTS: "Products",
    Kind.COSTS: "Marketing costs",
    Kind.ANSWERS: "Survey answers",
    Kind.INTERACTIONS: "Calls, visits, complaints",
    Kind.EXCHANGE_RATES: "Exchange rates",
}
DATE_ORDERS = {
    "Day, month, year": DateOrder.DMY,
    "Month, day, year": DateOrder.MDY,
    "Year, month, day": DateOrder.YMD,
}
DECIMAL_MARKS = {"Decimal point (1,234.56)": DecimalMark.POINT, "Decimal comma (1.234,56)": DecimalMark.COMMA}
POLICIES: dict[Policy, tuple[str, str]] = {
    Policy.UPDATE: ("Add new rows and update known ones", "What the file leaves empty stays as it is."),
    Policy.ADD: ("Add new rows only", "Known rows stay as they are, whatever the file says; opt-outs are recorded."),
    Policy.REPLACE: (
        "Replace an earlier import by this corrected file",
        "The earlier import is taken back and this one takes its place, in one step.",
    ),
}
"""What each policy is called, and what it does."""
SEPARATORS = {"Comma": ",", "Semicolon": ";", "Tab": "\t", "Bar |": "|"}

_FIELDS = {"email": "E-mail", "day": "Date", "nps": "NPS", "csat": "CSAT", "ces": "CES", "customer_id": "Customer id"}
_COUNTED = {
    "new": "new",
    "changed": "updated",
    "kept": "kept as they were",
    "unchanged": "unchanged",
    "duplicate": "twice in the file",
    "rejected": "rejected",
}


def field_name(name: str) -> str:
    """A field as people call it."""
    return _FIELDS.get(name, name.replace("_", " ").capitalize())


def separator_name(sign: str) -> str:
    """The sign between cells, in a sentence."""
    return {value: name.lower() for name, value in SEPARATORS.items()}.get(sign, f"'{sign}'")


def date_order_name(order: DateOrder) -> str:
    """The label of an order of dates."""
    return next(name for name, value in DATE_ORDERS.items() if value is order)


def decimal_mark_name(mark: DecimalMark) -> str:
    """The label of a decimal mark."""
    return next(name for name, value in DECIMAL_MARKS.items() if value is mark)


def counted(record: PastImport, notation: Notation) -> str:
    """What became of the rows of an import: ``2 new, 1 rejected``."""
    told = [
        f"{notation.number(record.counts[name])} {words}" for name, words in _COUNTED.items() if record.counts.get(name)
    ]
    return ", ".join(told) or "nothing new"
