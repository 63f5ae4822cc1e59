"""Two records of one customer as values: where they differ, what they become together, and apart again."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crm_core.addresses import normalised
from crm_core.errors import StoreError
from crm_core.phones import normalised_phone
from crm_core.store.tables import Customer

EXTRA = "extra:"
"""What the name of a custom field begins with among the fields of a record."""

_FOUND_BY = ("customer_id", "first_name", "last_name", "company", "email", "phone")
_DERIVED = {"email_normalised", "phone_normalised", "search_text"}
_NO_FIELDS = _DERIVED | {"customer_id", "extra", "created_import_id", "updated_import_id"}
FIELDS = tuple(column.name for column in Customer.__table__.columns if column.name not in _NO_FIELDS)

Image = dict[str, Any]
"""Every column of a record, as JSON keeps it."""


@dataclass(frozen=True)
class Difference:
    """A field that two records fill differently."""

    field: str
    """A column of customers, or `EXTRA` and the name of a custom field."""
    kept: Any
    merged: Any


def image(record: Customer) -> Image:
    """The record as it is now."""
    return {column.name: getattr(record, column.name) for column in Customer.__table__.columns}


def differences(kept: Image, merged: Image) -> list[Difference]:
    """The fields that both fill and not alike, in the order of a record."""
    ours, theirs = _values(kept), _values(merged)
    return [Difference(name, ours[name], theirs[name]) for name in ours if theirs.get(name, ours[name]) != ours[name]]


def together(kept: Image, merged: Image, choices: Mapping[str, Any]) -> Image:
    """The kept record with what only the other one knows, and with the values chosen where they differ.

    Raises
    ------
    StoreError
        A choice for a field in which they do not differ, or of a value that neither has.
    """
    known = {each.field: each for each in differences(kept, merged)}
    for name, value in choices.items():
        if name not in known or value not in (known[name].kept, known[name].merged):
            raise StoreError(
                f"'{name}' cannot become '{value}': it is no value of one of the two records. Open the pair again."
            )
    return _with(kept, _values(merged) | _values(kept) | dict(choices))


def apart(now: Image, after: Image, before: Image) -> Image:
    """The record as it was ``before`` a merge that made it ``after``, with what changed since then kept."""
    if now == after:
        return before
    values = _values(now)
    made, were = _values(after), _values(before)
    for name in {*made, *were}:
        if values.get(name) == made.get(name):
            values[name] = were.get(name)
    return _with(now, values)


def _values(record: Image) -> dict[str, Any]:
    """The filled fields by name."""
    named = {name: record.get(name) for name in FIELDS}
    named |= {f"{EXTRA}{name}": value for name, value in (record.get("extra") or {}).items()}
    return {name: value for name, value in named.items() if value is not None and value != ""}


def _with(record: Image, values: Mapping[str, Any]) -> Image:
    fields = {name: values.get(name) for name in FIELDS}
    extra = {
        name.removeprefix(EXTRA): value
        for name, value in values.items()
        if name.startswith(EXTRA) and value is not None
    }
    made = {**record, **fields, "extra": extra}
    return {**made, **_derived(made)}


def _derived(record: Image) -> dict[str, Any]:
    """The columns that follow from others, as an import writes them (`ingest.record_rows`)."""
    phone = record["phone"]
    digits = "".join(letter for letter in phone or "" if letter.isdecimal())
    told = [*(record[name] for name in _FOUND_BY), digits]
    return {
        "email_normalised": normalised(record["email"] or "") or None,
        "phone_normalised": normalised_phone(phone) if phone else None,
        "search_text": " ".join(str(each) for each in told if each).lower(),
    }
