"""Rules that import-linter cannot see: files outside the package, names, promises of the README."""

import ast
import itertools
import re
from pathlib import Path

import pytest

from crm_core.permissions import PERMISSIONS, Role
from crm_core.ui.navigation import PAGES

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MODULES = sorted((ROOT / "crm_core").rglob("*.py"))
SCREENS = [*sorted((ROOT / "pages").glob("*.py")), *sorted((ROOT / "crm_core" / "ui").glob("*.py")), ROOT / "app.py"]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
FORBIDDEN_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "manager"}


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def called(path: Path, name: str) -> list[ast.Call]:
    """The calls of a function or method of this name."""
    calls = [node for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    return [call for call in calls if ast.unparse(call.func).split(".")[-1] == name]


def relative(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(ROOT)) for path in paths]


def test_app_py_knows_only_screens_web_and_how_to_open_an_installation():
    ours = {name for name in imported(ROOT / "app.py") if name.startswith("crm_core.")}
    allowed = ("crm_core.ui", "crm_core.web.", "crm_core.settings", "crm_core.store.installation")
    assert [name for name in sorted(ours) if not name.startswith(allowed)] == []


def test_streamlit_is_known_to_screens_only():
    others = [path for path in MODULES if path.parent.name != "ui"]
    assert (
        relative([path for path in others if any(name.split(".")[0] == "streamlit" for name in imported(path))]) == []
    )


@pytest.mark.parametrize("path", SCREENS, ids=lambda path: path.stem)
def test_what_stands_in_the_address_is_there_again_when_one_comes_back(path):
    lasting = {
        call
        for block in ast.walk(tree(path))
        if isinstance(block, ast.With) and any("lasting(" in ast.unparse(item) for item in block.items)
        for call in ast.walk(block)
    }
    bound = [call for call in ast.walk(tree(path)) if isinstance(call, ast.Call) and _is_bound(call)]
    within = {(call.lineno, call.col_offset) for call in lasting if isinstance(call, ast.Call)}
    forgotten = [ast.unparse(call) for call in bound if (call.lineno, call.col_offset) not in within]
    assert forgotten == [], "put them into filters.lasting"


def _is_bound(call: ast.Call) -> bool:
    return any(word.arg == "bind" for word in call.keywords)


@pytest.mark.parametrize("path", SCREENS, ids=lambda path: path.stem)
def test_tables_say_in_our_own_way_what_is_missing(path):
    """Streamlit writes the word None."""
    unsaid = [
        call.lineno for call in called(path, "dataframe") if "placeholder" not in {key.arg for key in call.keywords}
    ]
    assert unsaid == []


def test_one_module_draws_pictures():
    drawing = [path for path in MODULES + SCREENS if any(name.startswith("vl_convert") for name in imported(path))]
    assert set(relative(drawing)) == {"crm_core/charts/pictures.py"}


def test_one_module_holds_every_cache_and_one_the_session_state():
    caches = [path for path in SCREENS + MODULES if re.search(r"st\.cache_(data|resource)", path.read_text("utf-8"))]
    states = [path for path in SCREENS + MODULES if "session_state" in path.read_text("utf-8")]
    assert set(relative(caches)) == {"crm_core/ui/load.py"}
    assert set(relative(states)) == {"crm_core/ui/state.py"}


def test_one_module_draws_parts_alone_as_they_pass_by_the_check_of_the_page():
    alone = [path for path in SCREENS + MODULES if re.search(r"st\.(fragment|dialog)", path.read_text("utf-8"))]
    assert set(relative(alone)) == {"crm_core/ui/parts.py"}


def test_every_cached_value_has_the_data_version_in_its_key():
    """What is opened once for the whole process (`cache_resource` of no data) is the one exception."""
    blind = []
    for node in ast.walk(tree(ROOT / "crm_core" / "ui" / "load.py")):
        if isinstance(node, ast.FunctionDef) and any("cache_" in ast.unparse(each) for each in node.decorator_list):
            arguments = {argument.arg for argument in [*node.args.args, *node.args.kwonlyargs]}
            if "data_version" not in arguments and node.name != "installation":
                blind.append(node.name)
    assert blind == []


def test_no_module_is_named_after_nothing():
    assert relative([path for path in MODULES if path.stem in FORBIDDEN_NAMES]) == []


def test_every_module_says_what_it_is():
    assert relative([path for path in [*MODULES, *SCREENS] if not ast.get_docstring(tree(path))]) == []


def test_tests_never_replace_our_own_code():
    replaced = []
    for path in TESTS:
        ours = {name.split(".")[-1] for name in imported(path) if name.startswith("crm_core")}
        for call in [*called(path, "setattr"), *called(path, "patch"), *called(path, "object")]:
            target = ast.unparse(call.args[0]).strip("'\"") if call.args else ""
            is_fixture = ast.unparse(call.func) != "setattr"
            if is_fixture and (target.startswith("crm_core") or target.split(".")[0] in ours):
                replaced.append(f"{path.relative_to(ROOT)}:{call.lineno}")
    assert replaced == []


def test_every_page_is_in_the_menu_with_the_permission_it_asks_for():
    asked = {}
    for path in sorted((ROOT / "pages").glob("*.py")):
        (call,) = called(path, "enter")
        title = ast.literal_eval(call.args[0])
        asked[path.stem] = (title, ast.literal_eval(call.keywords[0].value))
    assert asked == {name: (title, permission) for name, title, _icon, permission in PAGES}


def test_every_permission_that_is_asked_for_exists():
    known = PERMISSIONS[Role.ADMIN]
    asked = {
        ast.literal_eval(call.args[0]): relative([path])[0]
        for path in SCREENS
        for call in called(path, "may")
        if call.args and isinstance(call.args[0], ast.Constant)
    }
    assert {name: where for name, where in asked.items() if name not in known} == {}


def test_a_role_may_do_what_the_roles_below_it_may():
    ladder = [Role.VIEWER, Role.AGENT, Role.ANALYST, Role.MANAGER, Role.ADMIN]
    for lower, higher in itertools.pairwise(ladder):
        assert PERMISSIONS[lower] < PERMISSIONS[higher]


def test_a_viewer_sees_no_names_and_sends_nothing():
    assert PERMISSIONS[Role.VIEWER].isdisjoint({"customers.read", "customers.export", "campaigns.send", "imports.read"})
    assert "campaigns.send" not in PERMISSIONS[Role.ANALYST]


def test_every_setting_stands_in_the_readme():
    settings = set(re.findall(r"CRM_[A-Z_]+", (ROOT / "crm_core" / "settings.py").read_text(encoding="utf-8")))
    assert {name for name in settings if f"`{name}`" not in README} == set()


@pytest.mark.parametrize("name", [name for name, *_ in PAGES])
def test_every_page_stands_in_the_readmes_map(name):
    assert re.search(rf"\b{name}\b", README)
