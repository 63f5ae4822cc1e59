"""Which column of a file holds which field."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache
from typing import Any

from crm_core.columns import FIELDS, Dtype, Field, Kind
from crm_core.errors import IngestError
from crm_core.ingest.synonyms import BY_KIND, COMMON

UNIT_PRICE = Field("unit_price", Dtype.MONEY, meaning="price of one piece; times quantity when there is no amount")
PROBLEM_COLUMN = "import problem"
"""The column that this product adds to a file of rejected rows; it is passed over when they come back mended."""

_ALIKE = 0.86
_UNIT = re.compile(r"[(\[].*?[)\]]")


@dataclass(frozen=True)
class ColumnMapping:
    """Field to the header of the column that holds it, and the columns kept as custom fields of customers."""

    kind: Kind
    fields: Mapping[str, str] = field(default_factory=dict)
    extra: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """What `from_json` reads again."""
        return {"fields": dict(self.fields), "extra": list(self.extra)}


def known_fields(kind: Kind) -> tuple[Field, ...]:
    """The fields a column of such a file may be mapped to."""
    return (*FIELDS[kind], UNIT_PRICE) if kind is Kind.ORDER_LINES else FIELDS[kind]


def suggested(kind: Kind, header: Sequence[str]) -> ColumnMapping:
    """The mapping by known names of columns, then by similarity; customers keep what is left as custom fields."""
    known = _names(kind).items()
    exact = [(names.index(plain(name)), each, name) for name in header for each, names in known if plain(name) in names]
    strange = [name for name in header if name not in {name for *_, name in exact}]
    likeness = [
        (-max(_likeness(plain(name), other) for other in names), each, name)
        for name in strange
        for each, names in known
    ]
    alike = [match for match in likeness if -match[0] >= _ALIKE]
    fields: dict[str, str] = {}
    for _, each, name in [*sorted(exact), *sorted(alike)]:
        if each not in fields and name not in fields.values():
            fields[each] = name
    return ColumnMapping(kind, fields, _left(kind, header, fields))


def from_json(kind: Kind, header: Sequence[str], content: Any) -> ColumnMapping:  # noqa: ANN401 - a file's content
    """A mapping as a person writes it: field to column or column to field; or as `ColumnMapping.as_json` gives it.

    Columns of customers that are not named become custom fields.

    Raises
    ------
    IngestError
        Not an object of names, an unknown field, or a column that the file does not have.
    """
    pairs = content.get("fields", content) if isinstance(content, dict) else None
    if not isinstance(pairs, dict) or not all(isinstance(value, str) for value in pairs.values()):
        raise IngestError('The mapping is not understood. Write a JSON object such as {"customer_id": "Client no"}.')
    known = {each.name for each in known_fields(kind)}
    fields = dict(pairs)
    if not set(pairs) <= known and set(pairs.values()) <= known:
        fields = {value: name for name, value in pairs.items()}
    extra = content.get("extra") if "fields" in content else None
    left = _left(kind, header, fields) if extra is None else tuple(str(name) for name in extra)
    mapping = ColumnMapping(kind, fields, left)
    _refuse_unknown(mapping, header)
    return mapping


def refuse_incomplete(mapping: ColumnMapping, header: Sequence[str]) -> None:
    """See that every field that is needed has a column, or can be derived.

    Raises
    ------
    IngestError
        A required field has none; the message names the columns the file has.
    """
    _refuse_unknown(mapping, header)
    missing = [each.name for each in FIELDS[mapping.kind] if each.required and each.name not in mapping.fields]
    missing = [name for name in missing if not (DERIVED.get((mapping.kind, name), {""}) <= set(mapping.fields))]
    if missing:
        found = ", ".join(header[:20])
        raise IngestError(
            f"No column for {', '.join(missing)} was found among: {found}. "
            "Choose the column in the mapping, or add it to the file."
        )


DERIVED: dict[tuple[Kind, str], set[str]] = {
    (Kind.ORDER_LINES, "order_id"): {"customer_id", "date"},
    (Kind.ORDER_LINES, "amount"): {"quantity", "unit_price"},
}
"""A required field that can be worked out, and the fields it is worked out from."""


def header_hash(header: Sequence[str]) -> str:
    """What recognises the next file with the same columns in the same order."""
    return hashlib.sha256("\x1f".join(plain(name) for name in header).encode()).hexdigest()


def plain(name: str) -> str:
    """A header without case, marks, spaces and a unit in brackets: ``E-Mail`` and ``email`` are one."""
    text = unicodedata.normalize("NFKC", _UNIT.sub("", name) or name).casefold()
    return "".join(letter for letter in text if letter.isalnum())


@cache
def _names(kind: Kind) -> dict[str, list[str]]:
    """The plain names a field goes by, the surest first."""
    specific = BY_KIND[kind]
    return {
        each.name: _unique([each.name, *specific.get(each.name, COMMON.get(each.name, "")).split(",")])
        for each in known_fields(kind)
    }


def _unique(names: Iterable[str]) -> list[str]:
    return [name for name in dict.fromkeys(plain(name) for name in names) if name]


def _likeness(name: str, other: str) -> float:
    if min(len(name), len(other)) < 4:
        return 0.0
    return SequenceMatcher(None, name, other).ratio()


def _left(kind: Kind, header: Sequence[str], fields: Mapping[str, str]) -> tuple[str, ...]:
    if kind is not Kind.CUSTOMERS:
        return ()
    taken = set(fields.values())
    return tuple(name for name in header if name not in taken and plain(name) != plain(PROBLEM_COLUMN))


def _refuse_unknown(mapping: ColumnMapping, header: Sequence[str]) -> None:
    known = {each.name for each in known_fields(mapping.kind)}
    for name in mapping.fields:
        if name not in known:
            raise IngestError(f"The mapping names '{name}', which is no field. Fields are: {', '.join(sorted(known))}.")
    for name in (*mapping.fields.values(), *mapping.extra):
        if name not in header:
            raise IngestError(f"The mapping names a column '{name}' that the file does not have. Check its header.")
    columns = list(mapping.fields.values())
    for name in columns:
        if columns.count(name) > 1:
            raise IngestError(f"The mapping uses column '{name}' for two fields. Give each field its own column.")
