"""E-mail addresses: what is one, when two are the same, and how one is handed to a mail server."""

import re

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")


def is_address(text: str) -> bool:
    """Whether ``text`` is one address that a mail server takes.

    Letters outside ASCII are allowed after the ``@`` only (they have an ASCII form). Quoted and
    commented forms of RFC 5322 are refused: nobody has them, and they carry attacks on headers.
    """
    text = text.strip()
    local, _, domain = text.rpartition("@")
    ascii_domain = _ascii(domain)
    labels = ascii_domain.split(".")
    return (
        len(local) <= 64
        and len(local) + len(ascii_domain) < 254  # RFC 5321, 4.5.3.1.3: a path of 256 with its brackets
        and _LOCAL.fullmatch(local) is not None
        and len(labels) >= 2
        and all(_LABEL.fullmatch(label) for label in labels)
        and not labels[-1].isdecimal()
    )


def normalised(address: str) -> str:
    """The form in which two spellings of one address are equal; empty when ``address`` is none.

    Lower case throughout: servers that tell ``Ann@`` from ``ann@`` are unheard of, files that mix
    both are common. Dots and ``+`` parts stay, since they tell real people apart.
    """
    return deliverable(address).lower()


def deliverable(address: str) -> str:
    """The ASCII form a mail server takes, local part as written; empty when ``address`` is none."""
    if not is_address(address):
        return ""
    local, _, domain = address.strip().rpartition("@")
    return f"{local}@{_ascii(domain)}"


def _ascii(domain: str) -> str:
    """``domain`` in the ASCII form of RFC 3490, lower case; empty when it has none."""
    try:
        return domain.lower().encode("idna").decode("ascii").lower()
    except UnicodeError:
        return ""
