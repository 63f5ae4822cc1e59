"""Imports: a file from upload to commit, and what was imported before."""

from crm_core.ui import enter, importing

user = enter("Imports", permission="imports.read")

importing.draw(user)
