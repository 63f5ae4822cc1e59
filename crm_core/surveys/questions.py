"""What each question measures, and the words for it on a screen."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from crm_core.columns import SCORES

Floats = NDArray[np.float64]


class Measure(StrEnum):
    """How the answers to a question become one number."""

    NPS = "nps"  # share of promoters less share of detractors, -100 to 100
    TOP_TWO = "top_two"  # share of the two best answers, 0 to 1
    MEAN = "mean"


@dataclass(frozen=True)
class Question:
    """A question of the review."""

    code: str
    label: str
    measure: Measure = Measure.MEAN
    noun: str = ""
    """The label within a sentence, where it is not the label in small letters."""

    @property
    def lowest(self) -> int:
        """The lowest answer."""
        return SCORES[self.code][0]

    @property
    def worth(self) -> Floats:
        """What each answer, from the lowest to the highest, counts in the measure, which is the mean of it."""
        answers = np.arange(self.lowest, SCORES[self.code][1] + 1, dtype=np.float64)
        if self.measure is Measure.NPS:
            return np.where(answers >= 9, 100.0, np.where(answers >= 7, 0.0, -100.0))
        return np.where(answers >= answers[-2], 1.0, 0.0) if self.measure is Measure.TOP_TWO else answers

    @property
    def name(self) -> str:
        """What a sentence calls the figure."""
        return self.noun or self.label.lower()

    @property
    def unit(self) -> float:
        """What the figure is multiplied with before it is written: 100 for a share."""
        return 100.0 if self.measure is Measure.TOP_TWO else 1.0

    @property
    def digits(self) -> int:
        """Decimals that the figure is written with."""
        return int(self.measure is Measure.MEAN)

    def text(self, value: float, *, digits: int | None = None) -> str:
        """The figure as ``41``, ``75%`` or ``4.2``."""
        return self.bare(value, digits=digits) + ("%" if self.measure is Measure.TOP_TWO else "")

    def bare(self, value: float, *, digits: int | None = None) -> str:
        """The same without a sign of percent, as a change is written; never ``-0``."""
        text = f"{value * self.unit:.{self.digits if digits is None else digits}f}"
        return text if text.strip("-0.") else text.removeprefix("-")

    def points(self, size: float, *, digits: int | None = None) -> str:
        """The size of a change as ``12 points``, ``7 percentage points`` or ``0.6``."""
        text = self.bare(abs(size), digits=digits)
        unit = {Measure.NPS: " point", Measure.TOP_TWO: " percentage point", Measure.MEAN: ""}[self.measure]
        return text + unit + ("s" if unit and text != "1" else "")


QUESTIONS = {
    question.code: question
    for question in (
        Question("nps", "NPS", Measure.NPS, "NPS"),
        Question("csat", "Satisfied customers", Measure.TOP_TWO, "the share of satisfied customers"),
        Question("ces", "Ease"),
        Question("quality", "Quality"),
        Question("price", "Price"),
        Question("delivery", "Delivery"),
        Question("service_before", "Service before the sale"),
        Question("service_after", "Service after the sale"),
    )
}
"""Every question of `columns.SCORES`, in the order in which the review tells of them."""

DRIVERS = ("quality", "price", "delivery", "service_before", "service_after")
"""Aspects of the service, answered from 1 to 5."""
