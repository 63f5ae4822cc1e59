import subprocess
import sys


def test_questions_load_neither_a_screen_nor_an_engine():
    loaded = subprocess.run(
        [sys.executable, "-c", "import crm_core.analytics, sys; print(*sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert {"streamlit", "duckdb", "altair"}.isdisjoint(loaded)
    assert "crm_core.analytics.rfm" in loaded
