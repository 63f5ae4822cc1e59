"""Elements of our own, from the scripts and styles in ``ui/assets``."""

from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

_PACKAGE = "relate"
_NAMES = ("figures", "upload")


def element(name: str, html: str) -> Any:  # noqa: ANN401 - Streamlit's renderer
    """What draws the element of ``assets/<name>.js`` and ``.css`` into ``html``.

    Registered with files of its own: our content policy allows no script that is built in the page.
    """
    manager = get_bidi_component_manager()
    if manager.get_component_path(f"{_PACKAGE}.{name}") is None:
        manifest = ComponentManifest(_PACKAGE, "1", [ComponentConfig(each, "assets") for each in _NAMES])
        manager.register_from_manifest(manifest, Path(__file__).parent)
    return st.components.v2.component(f"{_PACKAGE}.{name}", html=html, css=f"{name}.css", js=f"{name}.js")
