"""Settings: sender and mail server, users, suppression list, currency, audit log, demonstration."""

from crm_core.ui import enter, settings_forms

user = enter("Settings", permission="settings.write")

settings_forms.draw(user)
