"""Rules that hold for every file in pages/, new ones included."""

import ast
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

PAGES = sorted((Path(__file__).resolve().parents[2] / "pages").glob("*.py"))
ALLOWED = re.compile(
    r"streamlit|datetime|crm_core|crm_core\.ui(\.\w+)?|crm_core\.charts(\.\w+)?"
    r"|crm_core\.(campaigns|ingest|surveys)(\.\w+)?|crm_core\.errors"
)

pytestmark = pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)


def test_a_stranger_sees_nothing_even_without_app_py(path):
    at = AppTest.from_file(path, default_timeout=60).run()
    assert [warning.value for warning in at.warning] == ["Please sign in."]
    assert len(at.main.children) == 1
    assert len(at.sidebar.children) == 0


def test_the_page_opens_on_an_empty_installation(path, signed_in, open_page):
    signed_in("admin")
    at = open_page(path.stem)
    assert not at.exception
    assert len(at.title) == 1


def test_it_asks_who_is_there_before_anything_else(path):
    tree = ast.parse(path.read_text())
    first = next(node for node in tree.body if not _is_preamble(node))
    assert ast.unparse(first).startswith("user = enter(")


def test_it_imports_only_what_a_page_may(path):
    tree = ast.parse(path.read_text())
    used = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    used |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert [name for name in sorted(used) if not ALLOWED.fullmatch(name)] == []


def test_it_reads_top_to_bottom_and_fits_a_screen(path):
    tree = ast.parse(path.read_text())
    assert not [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.ClassDef, ast.Lambda))]
    assert len(path.read_text().splitlines()) <= 80


def _is_preamble(node: ast.stmt) -> bool:
    is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return is_docstring or isinstance(node, (ast.Import, ast.ImportFrom))
