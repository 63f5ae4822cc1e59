"""The errors this product raises on purpose; their messages are written for the person on the page."""


class CrmError(Exception):
    """The root of every error whose message may be shown: thing, value, fault, next step."""


class SettingsError(CrmError, ValueError):
    """A setting in the environment, or on the Settings page, that cannot be used."""


class IngestError(CrmError, ValueError):
    """A file, or an import of one, that cannot be taken as it is."""


class StoreError(CrmError, RuntimeError):
    """The database or the ledger could not do what was asked; nothing was changed."""


class ModelError(CrmError, ValueError):
    """Data from which a model cannot be fitted, or an argument outside its domain."""


class CampaignError(CrmError, ValueError):
    """A campaign that may not be changed, tested or sent as it is."""


class SurveyError(CrmError, ValueError):
    """A survey or an answer that cannot be taken as it is."""


class AccountError(CrmError, ValueError):
    """A user, password, role or session that cannot be accepted."""
