"""Responses drawn as text, one a line: day, customer (``-``: anonymous), answers, and a comment after ``#``."""

from datetime import date

import numpy as np
import pandas as pd

from crm_core.analytics import day_number
from crm_core.columns import SCORES

TEXTS = ["response_id", "customer_id", "survey", "language", "comment"]


def drawn(picture):
    """The frame that `store.responses.responses` would read."""
    lines = [line for line in map(str.strip, picture.splitlines()) if line]
    return _typed([_response(number, line) for number, line in enumerate(lines)])


def repeated(counts, *, day, question="nps", prefix=""):
    """One person an answer: ``{9: 100, 7: 60, 3: 40}`` is 200 people."""
    scores = [score for score, count in counts.items() for _ in range(count)]
    people = [f"{prefix}{number:05d}" for number in range(len(scores))]
    number = day_number(date.fromisoformat(day))
    return _typed(
        [
            {"response_id": f"{day}{person}", "customer_id": person, "day": number, question: score}
            for person, score in zip(people, scores, strict=True)
        ]
    )


def _response(number, line):
    words, _, comment = line.partition("#")
    day, customer, *answers = words.split()
    pairs = dict(answer.split("=") for answer in answers)
    return {
        "response_id": f"r{number:03d}",
        "customer_id": None if customer == "-" else customer,
        "day": day_number(date.fromisoformat(day)),
        "language": pairs.pop("language", None),
        **{code: float(value) for code, value in pairs.items()},
        "comment": comment.strip() or None,
    }


def _typed(rows):
    columns = ["response_id", "customer_id", "day", "survey", "language", *SCORES, "comment"]
    frame = pd.DataFrame(rows, columns=columns)
    return frame.astype({**dict.fromkeys(TEXTS, "str"), **dict.fromkeys(SCORES, np.float64), "day": np.int64})
