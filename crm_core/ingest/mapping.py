"""Which column of a file holds which field."""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cache
from typing import Any

from crm_core.columns import FIELDS, Dtype, Field, Kind
from crm_core.errors import IngestError
from crm_core.ingest import dialects
from crm_core.ingest.synonyms import BY_KIND, COMMON

UNIT_PRICE = Field("unit_price", Dtype.MONEY, meaning="price of one piece; times quantity when there is no amount")
FULL_NAME = Field("full_name", meaning="first and last name in one column; taken apart")
CUSTOMER_EMAIL = Field(
    "customer_email", Dtype.EMAIL, meaning="whose row it is, where there is no customer id; not kept with the row"
)
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
    return (*FIELDS[kind], *_PSEUDO.get(kind, ()))


_PSEUDO = {
    Kind.ORDER_LINES: (UNIT_PRICE, CUSTOMER_EMAIL),
    Kind.CUSTOMERS: (FULL_NAME,),
    Kind.ANSWERS: (CUSTOMER_EMAIL,),
    Kind.INTERACTIONS: (CUSTOMER_EMAIL,),
}


def names_last_first(header: str) -> bool:
    """Whether a column of full names says that the last name comes first."""
    return plain(header) in _unique(dialects.LAST_NAME_FIRST.split(","))


def suggested(kind: Kind, header: Sequence[str]) -> ColumnMapping:
    """The mapping by known names of columns, then by similarity; customers keep what is left as custom fields."""
    known = _names(kind).items()
    spoken = _spoken(kind, header)
    exact = [(names.index(word), each, name) for name, word in spoken.items() for each, names in known if word in names]
    strange = set(spoken) - {name for *_, name in exact}
    likeness = [
        (-max(_likeness(spoken[name], other) for other in names), each, name)
        for name in header
        if name in strange
        for each, names in known
        if not each.startswith("consent")  # what is only like a consent is none
    ]
    alike = [match for match in likeness if -match[0] >= _ALIKE]
    fields: dict[str, str] = {}
    for _, each, name in [*sorted(exact), *sorted(alike)]:
        if each not in fields and name not in fields.values():
            fields[each] = name
    if {"first_name", "last_name"} <= set(fields):
        fields.pop("full_name", None)
    return ColumnMapping(kind, fields, _left(kind, header, fields))


def _spoken(kind: Kind, header: Sequence[str]) -> dict[str, str]:
    """The plain name of each column that may hold a field, as the program means it that wrote the file."""
    spoken = {name: plain(name) for name in header}
    if kind is Kind.ORDER_LINES:
        for mark, dialect in dialects.DIALECTS:
            if plain(mark) in spoken.values():
                meant = {plain(name): plain(meaning) for name, meaning in dialect.items()}
                spoken = {name: meant.get(word, word) for name, word in spoken.items()}
    return {name: word for name, word in spoken.items() if word}


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
    if not isinstance(extra, list | None):
        raise IngestError('The mapping is not understood: "extra" is a list of columns, such as ["Hat size"].')
    left = _left(kind, header, fields) if extra is None else tuple(dict.fromkeys(str(name) for name in extra))
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
    missing = _missing(mapping)
    if missing:
        found = ", ".join(header[:20])
        raise IngestError(
            f"No column for {', '.join(missing)} was found among: {found}. "
            "Choose the column in the mapping, or add it to the file."
        )


def is_complete(mapping: ColumnMapping) -> bool:
    """Whether every field that is needed has a column, or can be derived."""
    return not _missing(mapping)


def _missing(mapping: ColumnMapping) -> list[str]:
    required = [each.name for each in FIELDS[mapping.kind] if each.required and each.name not in mapping.fields]
    return [name for name in required if not _derivable(mapping, name)]


DERIVED: dict[tuple[Kind, str], tuple[set[str], ...]] = {
    (Kind.ORDER_LINES, "order_id"): ({"customer_id", "date"}, {"customer_email", "date"}),
    (Kind.ORDER_LINES, "amount"): ({"quantity", "unit_price"},),
    (Kind.CUSTOMERS, "customer_id"): ({"email"}, {"phone"}),
    (Kind.INTERACTIONS, "customer_id"): ({"customer_email"},),
}
"""A required field that can be worked out, and the fields it is worked out from; each set of them is enough."""


def _derivable(mapping: ColumnMapping, name: str) -> bool:
    return any(needed <= set(mapping.fields) for needed in DERIVED.get((mapping.kind, name), ()))


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
    sources = [(BY_KIND[kind], COMMON), (dialects.BY_KIND.get(kind, {}), dialects.COMMON)]

    def told(name: str) -> Iterator[str]:
        for specific, general in sources:
            yield from specific.get(name, general.get(name, "")).split(",")

    return {each.name: _unique([each.name, *told(each.name)]) for each in known_fields(kind)}


def _unique(names: Iterable[str]) -> list[str]:
    return [name for name in dict.fromkeys(plain(name) for name in names) if name]


def _likeness(name: str, other: str) -> float:
    """How alike two names are, as a slip of the finger leaves them: a word more is another name."""
    if min(len(name), len(other)) < 4 or abs(len(name) - len(other)) > 1:
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
