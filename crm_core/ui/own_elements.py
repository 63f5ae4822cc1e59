"""Elements of our own, from the scripts and styles in ``ui/assets``."""

from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

_PACKAGE = "relate"
_NAMES = ("figures", "seen", "sheet", "upload")
_FOLDER = Path(__file__).parent


def register() -> None:
    """Have the server hand out the scripts: our content policy allows none that is built in the page."""
    manager = get_bidi_component_manager()
    if manager.get_component_path(f"{_PACKAGE}.{_NAMES[0]}") is None:
        manifest = ComponentManifest(_PACKAGE, "1", [ComponentConfig(name, "assets") for name in _NAMES])
        manager.register_from_manifest(manifest, _FOLDER)


def element(name: str, html: str) -> Any:  # noqa: ANN401 - Streamlit's renderer
    """What draws the element of ``assets/<name>.js`` and ``.css`` into ``html``."""
    register()
    # A style may stand in the page, and then it is not waited for.
    style = (_FOLDER / "assets" / f"{name}.css").read_text(encoding="utf-8")
    return st.components.v2.component(f"{_PACKAGE}.{name}", html=html, css=style, js=f"{name}.js")
