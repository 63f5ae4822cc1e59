"""The fixtures of the pages, for what pages are made of."""

from tests.pages.conftest import installation, signed_in

__all__ = ["installation", "signed_in"]
