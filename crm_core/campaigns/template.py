"""Templates of mails: variables, the language they are written in, and rendering for every recipient."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from jinja2 import StrictUndefined, TemplateSyntaxError, nodes
from jinja2 import Template as JinjaTemplate
from jinja2.exceptions import TemplateRuntimeError
from jinja2.sandbox import SandboxedEnvironment

from crm_core.campaigns.markup import Source
from crm_core.errors import CampaignError

MAX_HTML_BYTES = 102 * 1024
"""Gmail cuts a longer message off, and the unsubscribe link with it."""
LONGEST_BODY = 50_000


@dataclass(frozen=True)
class Variable:
    """A word that a template may use in double braces."""

    name: str
    meaning: str
    example: str


VARIABLES: tuple[Variable, ...] = (
    Variable("first_name", "first name", "Ann"),
    Variable("last_name", "last name", "Lee"),
    Variable("company", "company", "Lee Ltd"),
    Variable("city", "city", "Plovdiv"),
    Variable("region", "region", "North"),
    Variable("interests", "interests, as recorded", "tea, ceramics"),
    Variable("last_order_date", "date of the last order, in the customer's own notation", "3 May 2026"),
    Variable("last_order_products", "what the last order contained", "Teapot and Cup"),
)
NAMES = tuple(variable.name for variable in VARIABLES)
FALLBACK = 'Not everybody has every value: {{ first_name or "customer" }} writes "customer" where the name is missing.'

_FILTERS = {"upper", "lower", "title", "capitalize", "trim", "urlencode"}
_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.Or,
    nodes.And,
    nodes.Not,
    nodes.If,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.Filter,
)


@dataclass(frozen=True)
class Rendered:
    """One recipient's subject and bodies, without the frame that `message` puts around them."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True)
class Fault:
    """Why a template cannot be sent to some recipients."""

    message: str
    customers: int
    example: str
    """Id of one of them."""


class _Value(str):
    """A value that knows which variable it came from, so that an empty one can be named."""

    __slots__ = ("variable",)
    variable: str


def _named(name: str, text: str) -> _Value:
    value = _Value(text)
    value.variable = name
    return value


class _EmptyValueError(TemplateRuntimeError):
    pass


def _not_empty(value: object) -> object:
    if value == "":
        name = getattr(value, "variable", "")
        advice = f'Write {{{{ {name or "first_name"} or "…" }}}} with words to use instead.'
        raise _EmptyValueError(f"{f'{name} is' if name else 'A value is'} empty. {advice}")
    return value


def _environment(*, autoescape: bool) -> SandboxedEnvironment:
    return SandboxedEnvironment(
        autoescape=autoescape, undefined=StrictUndefined, finalize=_not_empty, keep_trailing_newline=True
    )


_HTML, _TEXT = _environment(autoescape=True), _environment(autoescape=False)


class Template:
    """A subject and a body that can be rendered for many recipients.

    The language is a small part of Jinja: variables, ``or``, ``if``, comparisons and a few filters. No
    loops, no calls, no attributes: nothing a mail needs, and nothing that could run away or look around.

    Raises
    ------
    CampaignError
        It cannot be read; the message says where and what to write instead.
    """

    def __init__(self, subject: str, body: str) -> None:
        if len(body) > LONGEST_BODY:
            raise CampaignError(f"The text has {len(body):,} characters. Shorten it to {LONGEST_BODY:,}.")
        self.variables = frozenset(_checked("The subject", subject) | _checked("The text", body))
        source = Source(body)
        self.links = source.links()
        self._subject = _compiled(_TEXT, "The subject", subject)
        self._html = _compiled(_HTML, "The text", source.html())
        self._text = _compiled(_TEXT, "The text", source.text())

    def render(self, fields: Mapping[str, str]) -> Rendered:
        """Subject, HTML and plain text for one recipient.

        Raises
        ------
        CampaignError
            A value that is used is empty and has no words to stand in for it.
        """
        values = {name: _named(name, fields.get(name, "")) for name in NAMES}
        try:
            return Rendered(
                " ".join(self._subject.render(values).split()),
                self._html.render(values),
                self._text.render(values).strip() + "\n",
            )
        except (TemplateRuntimeError, TypeError) as fault:
            raise CampaignError(str(fault)) from fault


def render_all(template: Template, recipients: Iterable[tuple[str, Mapping[str, str]]]) -> list[Fault]:
    """What stands in the way of sending to these (customer id, fields); empty when nothing does.

    Recipients with the same values in the variables used get the same mail: each is rendered once.
    """
    faults: dict[str, list[str]] = {}
    seen: dict[tuple[str, ...], str] = {}
    used = sorted(template.variables)
    for customer_id, fields in recipients:
        key = tuple(fields.get(name, "") for name in used)
        if key not in seen:
            seen[key] = next(_faults(template, fields), "")
        if seen[key]:
            faults.setdefault(seen[key], []).append(customer_id)
    return [Fault(message, len(ids), ids[0]) for message, ids in faults.items()]


def subject_advice(subject: str) -> list[str]:
    """What would make people, or their mail program, distrust this subject."""
    letters = [letter for letter in subject if letter.isalpha()]
    rules = {
        "Longer than 60 characters: telephones cut it off.": len(subject) > 60,
        "All in capitals: reads as shouting, and filters count it.": (
            len(letters) > 5 and all(letter.isupper() for letter in letters)
        ),
        "More than one exclamation mark: filters count it.": subject.count("!") > 1,
        "Looks like a reply or a forwarded mail, which it is not: people complain about that.": (
            subject.strip().lower().startswith(("re:", "fw:", "fwd:"))
        ),
    }
    return [advice for advice, applies in rules.items() if applies]


def _faults(template: Template, fields: Mapping[str, str]) -> Iterator[str]:
    try:
        rendered = template.render(fields)
    except CampaignError as fault:
        yield str(fault)
        return
    if not rendered.subject:
        yield "The subject is empty. Write one."
    if not rendered.text.strip():
        yield "The text is empty. Write one."
    if len(rendered.html.encode()) > MAX_HTML_BYTES - 4096:  # the frame and footer need some of it
        yield "The mail is longer than 102 KB; mail programs cut it off before the unsubscribe link. Shorten it."


def _compiled(environment: SandboxedEnvironment, place: str, text: str) -> JinjaTemplate:
    with _read(place):
        return environment.from_string(text)


def _checked(place: str, text: str) -> set[str]:
    with _read(place):
        found = list(_walk(_TEXT.parse(text)))
    for node in found:
        _check_node(place, node)
    names = {node.name for node in found if isinstance(node, nodes.Name)}
    for name in sorted(names):
        _check_name(place, name)
    return names


@contextmanager
def _read(place: str) -> Iterator[None]:
    """Say in our words why a template cannot be read."""
    try:
        yield
    except TemplateSyntaxError as fault:
        raise CampaignError(
            f"{place} cannot be read near line {fault.lineno}: {fault.message} "
            "Variables are written {{ first_name }}."
        ) from fault
    except RecursionError as fault:
        raise CampaignError(f"{place} is nested too deeply. Write it more simply.") from fault


def _walk(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _walk(child)


def _check_node(place: str, node: nodes.Node) -> None:
    if isinstance(node, nodes.Filter) and (node.name not in _FILTERS or node.args or node.kwargs):
        raise CampaignError(
            f"{place} uses '|{node.name}', which is not available. Available: {', '.join(sorted(_FILTERS))}."
        )
    if not isinstance(node, _ALLOWED):
        raise CampaignError(
            f"{place}, line {node.lineno}: this kind of instruction is not available in a mail. "
            'Use variables such as {{ first_name or "customer" }} and {% if city %} … {% endif %}.'
        )


def _check_name(place: str, name: str) -> None:
    if name in NAMES:
        return
    close = difflib.get_close_matches(name, NAMES, n=1)
    advice = f"Did you mean {close[0]}?" if close else f"Available: {', '.join(NAMES)}."
    raise CampaignError(f"{place}: unknown variable '{name}'. {advice}")
