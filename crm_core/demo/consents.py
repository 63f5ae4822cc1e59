"""Who may be mailed: the evidence for it, and who took it back."""

import numpy as np
import pandas as pd

from crm_core.demo.season import LAST
from crm_core.demo.stories import CONSENTED, SEED, UNPROVEN

SOURCES = ("checkout", "club form", "newsletter form", "store form", "telephone")
WORDING = {
    "en": "Yes, e-mail me offers and news from Tilia & Table. I can stop this at any time.",
    "bg": "Да, изпращайте ми оферти и новини от Tilia & Table. Мога да се откажа по всяко време.",
    "pl": "Tak, proszę o oferty i nowości Tilia & Table. Zgodę mogę wycofać w każdej chwili.",
    "uk": "Так, надсилайте пропозиції та новини Tilia & Table. Я можу відмовитися будь-коли.",
    "ru": "Да, присылайте предложения и новости Tilia & Table. Я могу отказаться в любой момент.",
}
WITHDRAWN = "Asked for no more marketing"


def given_consents(buyers: pd.DataFrame) -> pd.DataFrame:
    """One row per buyer, index as in `buyers`, before any campaign was sent.

    Columns: ``is_proven``, ``is_claimed`` (marked as consenting without evidence), ``day`` and
    ``source`` of the consent (missing when none), ``withdrawn_day`` and ``withdrawn_by`` for the few
    who took it back on their own.
    """
    rng = np.random.default_rng([SEED, 4])
    count = len(buyers)
    draw = rng.random(count)
    # Those who withdraw must have consented before, so more than CONSENTED start with a yes.
    proven = pd.Series(draw < CONSENTED + 0.035, index=buyers.index) | buyers.is_quiet
    claimed = ~proven & pd.Series(draw > 1 - UNPROVEN, index=buyers.index)
    day = (buyers.first_day + np.where(rng.random(count) < 0.7, 0, rng.integers(1, 120, count))).clip(upper=LAST)
    leaves = proven & ~buyers.is_quiet & (rng.random(count) < 0.035) & (day < LAST - 60)
    withdrawn = day + 30 + (rng.random(count) * (LAST - 30 - day)).astype("int64")
    return pd.DataFrame(
        {
            "is_proven": proven,
            "is_claimed": claimed,
            "day": day.where(proven).astype("Int64"),
            "source": pd.Series(rng.choice(SOURCES, count, p=(0.45, 0.2, 0.15, 0.15, 0.05))).where(proven),
            "withdrawn_day": withdrawn.where(leaves).astype("Int64"),
            "withdrawn_by": pd.Series(rng.choice(("profile page", "telephone"), count)).where(leaves),
        }
    )


def with_unsubscribed(consents: pd.DataFrame, recipients: pd.DataFrame) -> pd.DataFrame:
    """``consents`` after those who used the unsubscribe link of a campaign have left.

    ``recipients`` has ``buyer`` and ``unsubscribed`` (day, missing for most).
    """
    left = recipients.dropna(subset="unsubscribed").set_index("buyer").unsubscribed
    changed = consents.copy()
    changed.loc[left.index, "withdrawn_day"] = left.astype("Int64")
    changed.loc[left.index, "withdrawn_by"] = "unsubscribe link"
    return changed


def consent_columns(consents: pd.DataFrame, language: pd.Series) -> pd.DataFrame:
    """The four consent columns of `Kind.CUSTOMERS`; a withdrawn consent is a dated no."""
    left = consents.withdrawn_day.notna()
    given = consents.is_proven & ~left
    yes = (given | consents.is_claimed).astype("boolean")
    return pd.DataFrame(
        {
            "consent": yes.mask(~yes & ~left),
            "consent_date": consents.day.mask(left, consents.withdrawn_day),
            "consent_source": consents.source.mask(left, consents.withdrawn_by),
            "consent_wording": language.map(WORDING).where(given).mask(left, WITHDRAWN),
        }
    )
