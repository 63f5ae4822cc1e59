"""Everything that knows Streamlit."""

from crm_core.ui.shell import User, enter

__all__ = ["User", "enter"]
