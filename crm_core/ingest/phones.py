"""The telephone number of a row in the form it is compared by, as SQL."""

from crm_core.ingest.workspace import literal
from crm_core.phones import FEWEST, MOST

_PLAIN = r"\+?[0-9]+(?:[ -][0-9]+)*"  # most numbers, and cleaned a hundred times as fast


def compared_phone(value: str) -> str:
    """`phones.normalised_phone` of the text ``value``: '' for a number that cannot be compared, null for none.

    Not null for both: an update keeps what was known where a file says nothing, and the old form must not
    outlive a number that was replaced.
    """
    plain = f"regexp_full_match({value}, {literal(_PLAIN)})"
    digits = f"replace(replace(ltrim({value}, '+'), ' ', ''), '-', '')"
    is_double = f"starts_with({value}, '00')"
    number = f"CASE WHEN {is_double} THEN substr({digits}, 3) ELSE {digits} END"
    sign = f"CASE WHEN {is_double} OR starts_with({value}, '+') THEN '+' ELSE '' END"
    cleaned = f"CASE WHEN length({number}) BETWEEN {FEWEST} AND {MOST} THEN {sign} || {number} ELSE '' END"
    return f"CASE WHEN {plain} THEN {cleaned} ELSE normalised_phone({value}) END"
