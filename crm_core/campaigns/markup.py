"""The few signs with which a mail is written: paragraphs, links, bold, headings, lists; as HTML and as text."""

import re
from html import escape

from crm_core.errors import CampaignError

_CODE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
_MARK = re.compile("\ue000(\\d+)\ue001")
_BLOCK_MARKS = re.compile("(?:\ue000\\d+\ue001\\s*)+")
_INLINE = re.compile(
    r"\[(?P<label>[^\]\n]+)\]\((?P<href>[^)\s]+)\)|(?P<bare>https?://[^\s<>()\[\]]+[^\s<>()\[\].,;:!?'\"])"
)
_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*", re.DOTALL)
_STYLE = {
    "p": "margin:0 0 16px",
    "ul": "margin:0 0 16px;padding-left:24px",
    "h2": "margin:24px 0 12px;font-size:20px;line-height:1.3",
    "a": "color:#0B5CAD",
}


class Source:
    """What a person wrote, its placeholders kept apart so that no sign is read inside them.

    Values arrive only after the signs were read: a customer called ``**Ann**`` stays literal.
    """

    def __init__(self, text: str) -> None:
        self._code: list[str] = []
        cleaned = text.replace("\r\n", "\n").replace("\r", "\n").replace("\ue000", "").replace("\ue001", "")
        self.blocks = [each.strip("\n") for each in re.split(r"\n[ \t]*\n", _CODE.sub(self._keep, cleaned))]
        self.blocks = [each for each in self.blocks if each.strip()]

    def html(self) -> str:
        """A Jinja template of the HTML body; every literal is escaped, every link checked."""
        return self._filled("\n".join(self._html_block(block) for block in self.blocks))

    def text(self) -> str:
        """A Jinja template of the plain-text body."""
        plain = [_INLINE.sub(_text_link, _BOLD.sub(r"\1", block)) for block in self.blocks]
        return self._filled("\n\n".join(re.sub(r"(?m)^#+ ", "", block) for block in plain))

    def links(self) -> list[str]:
        """Targets of all links, placeholders included as written."""
        found = [match for block in self.blocks for match in _INLINE.finditer(block)]
        return [self._filled(match["href"] or match["bare"]) for match in found]

    def _keep(self, match: re.Match[str]) -> str:
        self._code.append(match[0])
        return f"\ue000{len(self._code) - 1}\ue001"

    def _filled(self, text: str) -> str:
        return _MARK.sub(lambda match: self._code[int(match[1])], text)

    def _html_block(self, block: str) -> str:
        lines = block.split("\n")
        if _BLOCK_MARKS.fullmatch(block) and all(self._code[int(n)].startswith("{%") for n in _MARK.findall(block)):
            return block
        if all(line.startswith("- ") for line in lines):
            return _tag("ul", "".join(f"<li>{self._inline(line[2:])}</li>" for line in lines))
        if len(lines) == 1 and block.startswith("# "):
            return _tag("h2", self._inline(block[2:]))
        return _tag("p", self._inline(block).replace("\n", "<br>\n"))

    def _inline(self, text: str) -> str:
        parts, end = [], 0
        for match in _INLINE.finditer(text):
            parts += [escape(text[end : match.start()], quote=False), _html_link(match)]
            end = match.end()
        return _BOLD.sub(r"<strong>\1</strong>", "".join([*parts, escape(text[end:], quote=False)]))


def _html_link(match: re.Match[str]) -> str:
    target = match["href"] or match["bare"]
    _check_target(target)
    return f'<a href="{escape(target)}" style="{_STYLE["a"]}">{escape(match["label"] or target, quote=False)}</a>'


def _text_link(match: re.Match[str]) -> str:
    return match["bare"] or (f"{match['label']}: {match['href']}" if match["label"] != match["href"] else match["href"])


def _check_target(target: str) -> None:
    """A link leads to a place the person chose: never to a script, never to a host taken from data."""
    place = re.match(r"(https?://|mailto:)[^/?#]*", target)
    if place is None:
        raise CampaignError(f"The link '{target}' does not start with https://. Write the full address.")
    if "\ue000" in place[0]:
        raise CampaignError("A link takes its host from a variable. Write the host out; variables may follow it.")


def _tag(name: str, inner: str) -> str:
    return f'<{name} style="{_STYLE[name]}">{inner}</{name}>'
