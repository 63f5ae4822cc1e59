"""How many gave each answer: all that the figures and tests of the review are made of."""

import numpy as np
import pandas as pd

from crm_core.surveys.change import Change, change
from crm_core.surveys.questions import QUESTIONS, Floats, Question


def tally(part: pd.DataFrame) -> dict[str, Floats]:
    """People per answer to each question, from its lowest to its highest; skipped questions are in no count.

    ``part`` is a part of `quarters.counted_answers` in which everybody stands once.
    """
    return {code: _counts(question, part[code].to_numpy()) for code, question in QUESTIONS.items()}


def compare(before: pd.DataFrame, now: pd.DataFrame) -> dict[str, Change]:
    """The change of each question between two quarters of `quarters.counted_answers`, people in both known by id.

    A question with fewer than 10 answers on either side is left out.
    """
    first, second = tally(before), tally(now)
    both = before[before.customer_id.notna()].merge(now, on="customer_id", suffixes=("_before", "_now"))
    found = {
        code: change(question, first[code], second[code], shared=_shared(both, code))
        for code, question in QUESTIONS.items()
    }
    return {code: tested for code, tested in found.items() if tested is not None}


def _counts(question: Question, answers: Floats) -> Floats:
    given = answers[~np.isnan(answers)].astype(np.int64) - question.lowest
    return np.bincount(given, minlength=len(question.worth)).astype(np.float64)


def _shared(both: pd.DataFrame, code: str) -> tuple[Floats, Floats]:
    answered = both[[f"{code}_before", f"{code}_now"]].dropna().to_numpy(np.float64)
    return answered[:, 0], answered[:, 1]
