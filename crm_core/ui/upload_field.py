"""The field for files of any size: the browser sends them to the disk of the server, with progress and cancel."""

from datetime import UTC, datetime

import streamlit as st

from crm_core.store.uploads import Received, Ticket, new_ticket
from crm_core.ui import own_elements, state
from crm_core.ui.load import installation
from crm_core.ui.shell import User

PATH = "/api/upload"
_HTML = """
<div class="field">
  <span class="label" id="label"></span>
  <div class="zone">
    <span>
      <input type="file" id="file" aria-labelledby="label choose" aria-describedby="hint">
      <label class="button" id="choose" for="file">Choose a file</label>
    </span>
    <span class="hint" id="hint"></span>
  </div>
  <div class="work" hidden>
    <span class="name"></span>
    <button type="button" class="button cancel">Cancel the upload</button>
    <progress max="1" value="0" aria-label="Upload"></progress>
    <p class="words"></p>
  </div>
  <p class="fault" role="alert"></p>
  <span class="unseen told" role="status" aria-live="polite"></span>
</div>
"""


def uploaded(name: str, *, label: str, hint: str, user: User) -> Received | None:
    """The file that was handed in under ``name``; the field to hand it in until then. Survives a change of page."""
    held = state.held(name)
    if isinstance(held, Received):
        return held
    limit = installation().settings.largest_upload_mb
    key = f"upload.{name}.{state.turn(name)}"
    ticket: Ticket = state.kept(
        f"{name}.ticket",
        (key, user.name),
        lambda: new_ticket(installation().key, user.name, now=datetime.now(UTC)),
        discard=_nothing,
    )
    data = {"path": PATH, "ticket": ticket.text, "limit_mb": limit, "label": label}
    data["hint"] = f"or drop it here. {hint}, up to {limit:,} MB."
    arrived = own_elements.element("upload", _HTML)(key=key, data=data, on_done_change=_arrived).done
    if isinstance(arrived, dict):
        state.hold(name, Received(installation().settings.home, ticket.id, _plain_name(arrived.get("name") or "")))
        st.rerun()
    return None


def forget(name: str) -> None:
    """Remove the file handed in under ``name``, and show an empty field again."""
    held = state.let_go(name)
    if isinstance(held, Received):
        held.close()
    state.next_turn(name)


def _plain_name(said: object) -> str:
    """The file's name as its owner calls it, without a folder and without what no name has."""
    text = str(said).replace("\\", "/").rsplit("/", 1)[-1]
    return "".join(letter for letter in text if letter.isprintable()).strip()[:255] or "file"


def _arrived() -> None:
    """Having a callback is what makes a trigger known."""


def _nothing(_: Ticket) -> None:
    """A ticket holds nothing."""
