"""The findings of the review as sentences for people who do not read tables."""

from dataclasses import dataclass
from enum import StrEnum

from crm_core.models.interval import normal_quantile
from crm_core.models.nps import HIDDEN_BELOW
from crm_core.surveys.change import Change, Estimate
from crm_core.surveys.questions import Question

CHANCE = 0.05
"""A change that chance alone would bring at least this often is no detectable change."""
DETECTABLE = 1 + normal_quantile(0.6) / normal_quantile(0.95)
"""Half-widths of an interval to the change that is noticed four times in five: (1.96 + 0.84) / 1.96."""


class Tone(StrEnum):
    """What happened to a figure."""

    UP = "up"
    DOWN = "down"
    SAME = "no detectable change"
    UNKNOWN = "too little data"


@dataclass(frozen=True)
class Verdict:
    """What happened to a figure, as one of four and in words."""

    tone: Tone
    finding: str
    """One sentence."""
    people: str = ""
    """How many answered, and what so many can tell."""

    @property
    def sentence(self) -> str:
        """Everything."""
        return f"{self.finding} {self.people}".strip()


def verdict(question: Question, tested: Change | None, *, before: Estimate, now: Estimate, since: str) -> Verdict:
    """What happened to a figure between ``before`` and ``now``.

    Parameters
    ----------
    tested
        The change between the two; None when there is too little to compare.
    since
        Name of the quarter of ``before``.
    """
    if tested is None:
        return Verdict(Tone.UNKNOWN, _too_little(question, before=before, now=now, since=since))
    people = f"{counted(now.n, 'person', 'people')} answered."
    if tested.p >= CHANCE:
        figures = f"{question.text(now.value)} after {question.text(before.value)}"
        noticed = question.points((tested.high - tested.low) / 2 * DETECTABLE)
        finding = f"No detectable change in {question.name} since {since}: {figures} ({evidence(question, tested)})."
        enough = f"With so many answers a change of about {noticed} would be noticed."
        return Verdict(Tone.SAME, finding, f"{people} {enough}")
    tone = Tone.UP if tested.size > 0 else Tone.DOWN
    return Verdict(tone, f"{moved(question, tested, since=since)} ({evidence(question, tested)}).", people)


def moved(question: Question, tested: Change, *, since: str, group: str = "") -> str:
    """``Sofia: delivery fell by 1.2 since 2026 Q1, from 4.1 to 2.9``, without a group ``Delivery fell by 1.2 ...``.

    The size is told where the rounded figures add up to it, if need be with one decimal more.
    """
    verb = "rose" if tested.size > 0 else "fell"
    who = f"{group}: {question.name}" if group else _capital(question.name)
    exact = (question.digits, question.digits + 1)
    digits = next((digits for digits in exact if _adds_up(question, tested, digits)), None)
    start, end = (question.text(side.value, digits=digits) for side in (tested.before, tested.now))
    size = "" if digits is None else f" by {question.points(tested.size, digits=digits)}"
    return f"{who} {verb}{size} since {since}, from {start} to {end}"


def evidence(question: Question, tested: Change, *, q: float | None = None) -> str:
    """``95% interval of the change -20 to -4, p = .004``; with ``q`` in place of p where many were compared."""
    digits = question.digits
    # A change that is no chance must not read as if nothing were possible.
    while tested.p < CHANCE and digits < 3 and 0 in {float(question.bare(b, digits=digits)) for b in _bounds(tested)}:
        digits += 1
    low, high = (question.bare(bound, digits=digits) for bound in _bounds(tested))
    return f"95% interval of the change {low} to {high}, {chance('p', tested.p) if q is None else chance('q', q)}"


def chance(letter: str, p: float) -> str:
    """``p = .004``, ``p < .001``, ``p = .33``."""
    return f"{letter} < .001" if p < 0.001 else f"{letter} = {p:.{3 if p < 0.1 else 2}f}".replace("= 0.", "= .")


def counted(n: int, one: str, many: str) -> str:
    """``1 answer``, ``8 answers``, ``1,204 answers``."""
    return f"{n:,} {one if n == 1 else many}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _bounds(tested: Change) -> tuple[float, float]:
    return tested.low, tested.high


def _adds_up(question: Question, tested: Change, digits: int) -> bool:
    before, now, size = (
        float(question.bare(value, digits=digits)) for value in (tested.before.value, tested.now.value, tested.size)
    )
    return round(now - before - size, 6) == 0


def _too_little(question: Question, *, before: Estimate, now: Estimate, since: str) -> str:
    if now.n < HIDDEN_BELOW:
        return f"Too little data: {counted(now.n, 'answer', 'answers')}."
    people = f"{counted(now.n, 'person', 'people')} answered."
    interval = f"95% interval {question.text(now.low)} to {question.text(now.high)}"
    then = f"only {counted(before.n, 'answer', 'answers')}" if before.n else "no answers"
    return (
        f"{_capital(question.name)} is {question.text(now.value)} ({interval}). {people} "
        f"Nothing to compare with: {since} has {then}."
    )
