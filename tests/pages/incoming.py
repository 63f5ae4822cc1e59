"""A file handed in on the Imports page: AppTest has no browser, so it is put where the upload would have put it."""

import secrets

from crm_core.store.uploads import Incoming, Received
from crm_core.ui import load


def hand_in(page, content, name="file.csv"):
    """The page after this file has arrived, once it was looked at and checked."""
    home, upload_id = load.installation().settings.home, secrets.token_hex(16)
    incoming = Incoming(home, upload_id)
    incoming.path.write_bytes(content)
    incoming.finish()
    page.session_state["state.held.imports"] = Received(home, upload_id, name)
    return settled(page)


def settled(page):
    """The page run until no work of it goes on; in a browser it runs itself again."""
    page = page.run()
    while any(button.key and button.key.endswith(".stop") for button in page.button):
        page = page.run()
    return page
