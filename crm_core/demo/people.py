"""The customer file: names, addresses, contact data and what the shop noted about each person."""

import numpy as np
import pandas as pd

from crm_core.demo.buyers import customer_ids
from crm_core.demo.catalogue import CATEGORIES, SUPPLIERS
from crm_core.demo.names import latin, people
from crm_core.demo.places import PARTNER_DESK, REGION_NAMES, REGIONS, STREETS, Region
from crm_core.demo.season import FIRST, LAST
from crm_core.demo.stories import BUYERS, PARTNERS, PROSPECTS, SEED

MAIL_DOMAINS = ("example.com", "example.org", "example.net")
FICTION_PREFIXES = (
    *("7700 900", "1632 960", "20 7946 0", "113 496 0", "114 496 0", "115 496 0", "116 496 0", "117 496 0"),
    *("118 496 0", "121 496 0", "131 496 0", "141 496 0", "151 496 0", "161 496 0", "191 498 0"),
)
"""Ranges that the British regulator keeps free for film and radio: nobody is ever reached there."""

SERVICES = ("home delivery", "assembly", "gift wrapping", "garden planning", "knife sharpening")
FIRMS = ("Bistro", "Guesthouse", "Bakery", "Catering", "Interiors", "Garden Studio", "Tea Room", "Pension")


def others() -> pd.DataFrame:
    """One row per party that has not bought: prospects, suppliers, partners; its index follows that of the buyers.

    Columns: ``customer_id``, ``first_day`` (of the relationship), ``region``, ``language``, ``party_type``, ``source``.
    """
    rng = np.random.default_rng([SEED, 9])
    kinds = ["prospect"] * PROSPECTS + ["supplier"] * len(SUPPLIERS) + ["partner"] * PARTNERS
    count = len(kinds)
    region = rng.choice(REGION_NAMES, count, p=[place.share for place in REGIONS])
    main_language = {place.name: max(place.languages, key=place.languages.__getitem__) for place in REGIONS}
    return pd.DataFrame(
        {
            "customer_id": customer_ids(count, first=BUYERS + 1),
            "first_day": np.where(np.array(kinds) == "prospect", rng.integers(LAST - 400, LAST, count), FIRST),
            "region": region,
            "language": [main_language[name] for name in region.tolist()],
            "party_type": kinds,
            "source": rng.choice(("trade fair", "website form", "referral", "telephone"), count),
        },
        index=range(BUYERS, BUYERS + count),
    )


def contact_data(parties: pd.DataFrame) -> pd.DataFrame:
    """Names and addresses: columns of `Kind.CUSTOMERS` from ``first_name`` to ``postal_code``, index as given.

    A few couples share one e-mail address; some people have none.
    """
    rng = np.random.default_rng([SEED, 10])
    first, last = people(parties.language.to_numpy(dtype=str), rng)
    frame = pd.DataFrame({"first_name": first, "last_name": last}, index=parties.index)
    frame["email"] = _emails(frame, parties.language, rng)
    frame["phone"] = _phones(len(frame), rng)
    return frame.join(_addresses(parties.region, rng))


def _emails(names: pd.DataFrame, language: pd.Series, rng: np.random.Generator) -> pd.Series:
    pairs = zip(names.first_name, names.last_name, language, strict=True)
    local = pd.Series([f"{latin(f, k)}.{latin(n, k)}" for f, n, k in pairs], index=names.index)
    number = local.groupby(local).cumcount()
    local = local.where(number == 0, local + (number + 1).astype(str))
    email = local + "@" + pd.Series(rng.choice(MAIL_DOMAINS, len(local), p=(0.6, 0.25, 0.15)), index=names.index)
    shared = names.index[rng.integers(1, BUYERS, 14)]
    email[shared] = email[shared - 1].to_numpy()
    return email.where(rng.random(len(email)) >= 0.05)


def _phones(count: int, rng: np.random.Generator) -> pd.Series:
    numbers = rng.choice(1000 * len(FICTION_PREFIXES), count, replace=False)
    phones = [f"+44 {FICTION_PREFIXES[number // 1000]}{number % 1000:03d}" for number in numbers.tolist()]
    return pd.Series(phones).where(rng.random(count) < 0.78)


def _addresses(regions: pd.Series, rng: np.random.Generator) -> pd.DataFrame:
    places: dict[str, Region] = {place.name: place for place in REGIONS}
    pick = rng.random((len(regions), 3))
    digits = rng.integers(0, 10, (len(regions), 3)).tolist()
    rows = []
    for region, (town, street, house), spare in zip(regions, pick.tolist(), digits, strict=True):
        here = places[region].towns[int(town * 3)]
        streets = STREETS[here.country]
        address = f"{streets[int(street * len(streets))]} {1 + int(house * 118)}"
        postal = "".join(str(spare.pop()) if sign == "#" else sign for sign in here.postal)
        rows.append((here.country, region, here.name, address, postal))
    return pd.DataFrame(rows, columns=["country", "region", "city", "address", "postal_code"], index=regions.index)


def buyer_profile(buyers: pd.DataFrame, heads: pd.DataFrame) -> pd.DataFrame:
    """What the shop noted about each buyer: the remaining columns of `Kind.CUSTOMERS` but consent.

    Frequent buyers join the club more often and generous ones are more often companies: the
    membership and the party type follow from the purchases and cause nothing.
    """
    rng = np.random.default_rng([SEED, 11])
    count = len(buyers)
    frequency, generosity = buyers.rate.rank(pct=True), buyers.mean_order.rank(pct=True)
    company = pd.Series(rng.random(count) < 0.1 * generosity, index=buyers.index)
    first = heads[heads.buyer >= 0].drop_duplicates("buyer").set_index("buyer")
    managed = buyers.is_quiet | ((frequency * generosity) > 0.93)
    manager = buyers.region.map({place.name: place.sales[0] for place in REGIONS})
    names = np.array(list(CATEGORIES))
    return pd.DataFrame(
        {
            "birthday": _birthdays(count, rng).mask(company),
            "party_type": np.where(company, "company", "consumer"),
            "source": first.source,
            "preferred_medium": rng.choice(("email", "phone", "post", "sms"), count, p=(0.62, 0.12, 0.11, 0.15)),
            "manager": manager.where(managed),
            "club_member": (rng.random(count) < 0.1 + 0.42 * frequency),
            "interests": pd.Series(names[buyers.liked] + "; " + names[buyers.also_liked]).where(
                rng.random(count) < 0.6
            ),
            "services_needed": pd.Series(rng.choice(SERVICES, count)).where(rng.random(count) < 0.3),
            "created": buyers.first_day - np.where(rng.random(count) < 0.75, 0, rng.integers(1, 45, count)),
        }
    )


def _birthdays(count: int, rng: np.random.Generator) -> pd.Series:
    """Days since 1970-01-01 of people between 19 and 82 years old; a little more than half are known."""
    age = 365.2425 * (19 + 63 * rng.beta(2.2, 2.6, count))
    return pd.Series((LAST - age).astype("int64")).where(rng.random(count) < 0.56).astype("Int64")


def other_profile(parties: pd.DataFrame) -> pd.DataFrame:
    """The same columns for prospects, suppliers and partners."""
    rng = np.random.default_rng([SEED, 12])
    count = len(parties)
    prospect = parties.party_type == "prospect"
    service = pd.Series(rng.choice(SERVICES, count), index=parties.index)
    readiness = pd.Series(rng.choice(("low", "medium", "high"), count), index=parties.index)
    return pd.DataFrame(
        {
            "party_type": parties.party_type,
            "source": parties.source,
            "preferred_medium": rng.choice(("email", "phone"), count),
            "manager": pd.Series(PARTNER_DESK, index=parties.index).where(parties.party_type == "partner"),
            "club_member": False,
            "services_needed": service.where(prospect & (rng.random(count) < 0.5)),
            "readiness_to_buy": readiness.where(prospect),
            "created": parties.first_day,
        }
    )


def firm_names(customers: pd.DataFrame) -> pd.Series:
    """The company of everyone who is not a private person; suppliers bear the names that products use."""
    rng = np.random.default_rng([SEED, 13])
    kind = pd.Series(rng.choice(FIRMS, len(customers)), index=customers.index)
    company = (kind + " " + customers.last_name).where(customers.party_type.isin(["company", "partner"]))
    company[customers.party_type == "supplier"] = [name for name, _ in SUPPLIERS]
    return company
