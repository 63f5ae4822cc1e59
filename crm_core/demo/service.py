"""Calls, visits, complaints, notes, letters and meetings: what happened besides orders and mails."""

import numpy as np
import pandas as pd

from crm_core.demo.places import REGIONS
from crm_core.demo.season import LAST, day_number
from crm_core.demo.sentences import SENTENCES
from crm_core.demo.stories import COMPLAINT_RATE, DELIVERY, SEED

AGENTS = ("Nadia Kos", "Piotr Zych", "Лілія Вовк", "Enya Marsh")
CONTACTS = {
    "call": (
        ("Asked when the order arrives", "Told the date from the tracking page."),
        ("Asked about a guarantee", "Sent the guarantee card by e-mail."),
        ("Changed the delivery address", "Corrected in the order."),
        ("Ordered by telephone", "Read the order back, confirmed by e-mail."),
    ),
    "visit": (
        ("Looked at outdoor furniture", "Took measurements home; interested in the bench."),
        ("Collected an order", ""),
        ("Had knives sharpened", "Three pieces, paid at the till."),
    ),
    "letter": (("Catalogue sent by post", ""), ("Thank-you card sent", "For the recommendation.")),
    "note": (
        ("Prefers calls after 17:00", ""),
        ("Is moving house", "New address to follow."),
        ("Cooks on induction", "Offer induction cookware only."),
    ),
}
RATES = {"call": 0.08, "visit": 0.025, "letter": 0.012, "note": 0.03}
"""Contacts per order."""

SUBJECTS = {"delivery": 0.4, "quality": 0.3, "service_after": 0.2, "price": 0.1}
"""What complaints are about where nothing special is going on."""


def interactions(buyers: pd.DataFrame, heads: pd.DataFrame, consents: pd.DataFrame) -> pd.DataFrame:
    """Columns of `Kind.INTERACTIONS`, sorted by date."""
    rng = np.random.default_rng([SEED, 15])
    known = heads[heads.buyer >= 0].reset_index(drop=True)
    known["language"] = known.buyer.map(buyers.language)
    parts = [_contacts(known, kind, rng) for kind in CONTACTS]
    parts += [_complaints(known, rng), _meetings(buyers, rng), _withdrawals(consents)]
    frame = pd.concat(parts, ignore_index=True)
    frame = frame[frame.date <= LAST].sort_values(["date", "buyer", "interaction"], ignore_index=True)
    frame["customer_id"] = frame.buyer.map(buyers.customer_id)
    return frame.assign(interaction_id=[f"I{number:05d}" for number in range(1, len(frame) + 1)])


def _contacts(orders: pd.DataFrame, kind: str, rng: np.random.Generator) -> pd.DataFrame:
    about = orders[rng.random(len(orders)) < RATES[kind]]
    pick = rng.integers(0, len(CONTACTS[kind]), len(about)).tolist()
    return pd.DataFrame(
        {
            "buyer": about.buyer,
            "date": about.day + rng.integers(0, 12, len(about)),
            "interaction": kind,
            "subject": [CONTACTS[kind][number][0] for number in pick],
            "text": [CONTACTS[kind][number][1] or None for number in pick],
            "channel": {"call": "phone", "visit": "store", "letter": "post", "note": None}[kind],
            "user": rng.choice(AGENTS, len(about)),
        }
    )


def _complaints(orders: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    late = (orders.region == DELIVERY.region) & (orders.day >= day_number(DELIVERY.start))
    angry = orders[rng.random(len(orders)) < np.where(late, DELIVERY.complaint_rate, COMPLAINT_RATE)]
    usual = rng.choice(list(SUBJECTS), len(angry), p=list(SUBJECTS.values()))
    is_late = (late[angry.index] & (rng.random(len(angry)) < 0.9)).tolist()
    subject = ["delivery" if delayed else other for delayed, other in zip(is_late, usual.tolist(), strict=True)]
    pick = rng.integers(0, 2, len(angry)).tolist()
    words = zip(angry.language, subject, pick, strict=True)
    return pd.DataFrame(
        {
            "buyer": angry.buyer,
            "date": angry.day + rng.integers(5, 20, len(angry)),
            "interaction": "complaint",
            "subject": [about.replace("_", " ") for about in subject],
            "text": [SENTENCES[language][about][1][number] for language, about, number in words],
            "channel": rng.choice(("email", "phone", "store"), len(angry), p=(0.55, 0.35, 0.1)),
            "user": rng.choice(AGENTS, len(angry)),
        }
    )


def _meetings(buyers: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Two meetings with each of the quiet customers while they still bought."""
    quiet = buyers[buyers.is_quiet]
    manager = quiet.region.map({region.name: region.sales[0] for region in REGIONS})
    twice = pd.concat([quiet.assign(user=manager)] * 2)
    days = twice.first_day + 60 + (rng.random(len(twice)) * (LAST - 330 - twice.first_day)).astype("int64")
    return pd.DataFrame(
        {
            "buyer": twice.index,
            "date": days,
            "interaction": "meeting",
            "subject": "Yearly talk",
            "text": "Plans for the coming season; content with the service.",
            "channel": "store",
            "user": twice.user,
        }
    )


def _withdrawals(consents: pd.DataFrame) -> pd.DataFrame:
    by_phone = consents[consents.withdrawn_by == "telephone"]
    return pd.DataFrame(
        {
            "buyer": by_phone.index,
            "date": by_phone.withdrawn_day.astype("int64"),
            "interaction": "call",
            "subject": "Wants no more marketing",
            "text": "Consent withdrawn on the telephone.",
            "channel": "phone",
            "user": AGENTS[0],
        }
    )
