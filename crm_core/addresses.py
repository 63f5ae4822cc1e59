"""E-mail addresses: what is one, when two are the same, and how one is handed to a mail server."""

import re

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")


def is_address(text: str) -> bool:
    """Whether ``text`` is one address that a mail server takes.

    Letters outside ASCII are allowed after the ``@`` only (they have an ASCII form). Quoted and
    commented forms of RFC 5322 are refused: nobody has them, and they carry attacks on headers.
    """
    return bool(deliverable(text))


def normalised(address: str) -> str:
    """The form in which two spellings of one address are equal; empty when ``address`` is none.

    Lower case throughout: servers that tell ``Ann@`` from ``ann@`` are unheard of, files that mix
    both are common. Dots and ``+`` parts stay, since they tell real people apart.
    """
    return deliverable(address).lower()


def deliverable(address: str) -> str:
    """The ASCII form a mail server takes, local part as written; empty when ``address`` is none."""
    local, _, domain = address.strip().rpartition("@")
    domain = _ascii(domain)
    labels = domain.split(".")
    fits = len(local) <= 64 and len(local) + len(domain) < 254  # RFC 5321, 4.5.3.1: a path of 256 with its brackets
    is_one = (
        fits
        and len(labels) >= 2
        and not labels[-1].isdecimal()
        and _LOCAL.fullmatch(local)
        and all(_LABEL.fullmatch(label) for label in labels)
    )
    return f"{local}@{domain}" if is_one else ""


def _ascii(domain: str) -> str:
    """``domain`` in the ASCII form of RFC 3490, lower case; empty when it has none."""
    if domain.isascii():
        return domain.lower()
    try:
        return domain.lower().encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""
