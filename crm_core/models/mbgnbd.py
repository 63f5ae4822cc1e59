"""MBG/NBD: BG/NBD in which a customer may leave right after the first purchase as well."""

from dataclasses import dataclass
from typing import ClassVar

from crm_core.models.bgnbd import BgNbd


@dataclass(frozen=True, eq=False)
class MbgNbd(BgNbd):
    """A fitted MBG/NBD; gives one-time buyers a probability of being active below 1.

    Source: Batislam, Denizel & Filiztekin (2007), "Empirical validation and comparison of models
    for customer base analysis".
    """

    FIRST_CHANCE: ClassVar[int] = 1
