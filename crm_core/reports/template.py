"""An empty file of each kind, with two example rows, to be filled in and imported."""

import pandas as pd

from crm_core.columns import FIELDS, Dtype, Field, Kind

_EXAMPLES: dict[str, tuple[str, str]] = {
    "customer_id": ("1001", "1002"),
    "first_name": ("Anna", "Ivo"),
    "last_name": ("Example", "Sample"),
    "email": ("anna@example.com", "ivo@example.com"),
    "order_id": ("A-1", "A-2"),
    "line": ("1", "1"),
    "product": ("Pruning shears", "Clay pot"),
    "product_id": ("P-10", "P-11"),
    "category": ("Garden", "Garden"),
    "channel": ("online", "store"),
    "region": ("North", "South"),
    "currency": ("EUR", "EUR"),
    "status": ("delivered", "delivered"),
    "response_id": ("R-1", "R-2"),
    "nps": ("9", "6"),
    "csat": ("5", "3"),
    "comment": ("Quick delivery", "The box was damaged"),
    "interaction_id": ("I-1", "I-2"),
    "interaction": ("call", "visit"),
    "quantity": ("1", "2"),
    "rate": ("0.9251", "0.2345"),
}
_OF_KIND: dict[tuple[Kind, str], tuple[str, str]] = {(Kind.EXCHANGE_RATES, "currency"): ("USD", "PLN")}
_BY_TYPE: dict[Dtype, tuple[str, str]] = {Dtype.DATE: ("2026-06-01", "2026-06-15"), Dtype.MONEY: ("24.90", "8.50")}


def template(kind: Kind) -> pd.DataFrame:
    """Every column that a file of this kind may have, required ones first, with two rows that show how to fill it in.

    Only columns whose meaning an example makes clear are filled; consent never is, since a copied row must not
    turn into a permission.
    """
    fields = sorted(FIELDS[kind], key=lambda field: not field.required)
    examples = {field.name: _OF_KIND.get((kind, field.name)) or _example(field) for field in fields}
    return pd.DataFrame({name: pd.Series(example, dtype="str") for name, example in examples.items()})


def _example(field: Field) -> tuple[str, str]:
    if field.name.startswith("consent"):
        return ("", "")
    by_type = _BY_TYPE.get(field.dtype) if field.required else None
    return _EXAMPLES.get(field.name) or by_type or ("", "")
