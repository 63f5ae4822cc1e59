import re
from pathlib import Path

import streamlit

from crm_core.web import start
from crm_core.web.security import content_security_policy, digest

STATIC = Path(streamlit.__file__).parent / "static"


def test_the_page_knows_its_server_and_may_run_the_script_that_says_so():
    scripts = re.findall(r"<script>(.*?)</script>", start.html(), flags=re.DOTALL)
    assert scripts[0] == start.SERVER
    assert all(digest(script) in content_security_policy() for script in scripts)


def test_our_style_comes_after_all_that_streamlit_writes_into_the_head():
    head, body = start.html().split("</head>")
    assert "st-key-account" in body.split('id="root"')[1]
    assert "<style>" not in head


def test_what_is_loaded_beforehand_is_there_and_named_once():
    files = re.findall(r'<link rel="modulepreload" crossorigin href="\./(.*?)">', start.html())
    assert len(files) == len(set(files))
    assert start.CARDS in files
    assert all((STATIC / file).is_file() for file in files if file != start.CARDS)
    names = " ".join(files)
    assert all(f"/{name}." in names for name in start.ELEMENTS)


def test_every_page_of_the_product_starts_with_it_and_no_other_address_does():
    paths = {route.path for route in start.routes()}
    assert {"/", "/segments", "/lifetime_value"} <= paths
    assert not {"/segments/", "/_stcore/health", "/no-such-page"} & paths


def test_chunks_that_import_one_another_are_found_once():
    manifest = {"a": {"imports": ["b"]}, "b": {"imports": ["a", "c"]}, "c": {}, "d": {"imports": ["a"]}}
    assert {*start.needed(manifest, ["a"])} == {"a", "b", "c"}
