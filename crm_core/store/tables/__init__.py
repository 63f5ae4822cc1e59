"""The tables of the operational database, typed; `store` modules are their only users."""

from crm_core.store.tables.accounts import AuditEntry, SignInLink, User, UserSession
from crm_core.store.tables.analytics import ModelFit, SavedView, Segmentation
from crm_core.store.tables.campaigns import (
    Audience,
    Campaign,
    CampaignEvent,
    OutboxRow,
    SimulatedMail,
)
from crm_core.store.tables.customers import (
    Consent,
    Customer,
    Distinction,
    ExchangeRate,
    Interaction,
    Merge,
    Product,
    Suppression,
)
from crm_core.store.tables.declarative import Base
from crm_core.store.tables.imports import DataState, Import, Lease, Preference, RememberedMapping, RowBefore
from crm_core.store.tables.surveys import Answer, Response

__all__ = [
    "Answer",
    "Audience",
    "AuditEntry",
    "Base",
    "Campaign",
    "CampaignEvent",
    "Consent",
    "Customer",
    "DataState",
    "Distinction",
    "ExchangeRate",
    "Import",
    "Interaction",
    "Lease",
    "Merge",
    "ModelFit",
    "OutboxRow",
    "Preference",
    "Product",
    "RememberedMapping",
    "Response",
    "RowBefore",
    "SavedView",
    "Segmentation",
    "SignInLink",
    "SimulatedMail",
    "Suppression",
    "User",
    "UserSession",
]
