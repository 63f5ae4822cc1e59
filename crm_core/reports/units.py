"""Money in units of currency, for files: inside the product it is in cents."""

import pandas as pd


def in_units(table: pd.DataFrame) -> pd.DataFrame:
    """The table with each column of cents as one of units: ``total_cents`` becomes ``total``, ``cents`` ``amount``."""
    cents = [str(name) for name in table if str(name) == "cents" or "_cents" in str(name)]
    names = {name: "amount" if name == "cents" else name.replace("_cents", "") for name in cents}
    # Beside the amount there may be a word for it, as its level: both must be found in the file.
    names |= {name: f"{new}_amount" for name, new in names.items() if new in table}
    return table.assign(**{name: table[name] / 100 for name in cents}).rename(columns=names)
