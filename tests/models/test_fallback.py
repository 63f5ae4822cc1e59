import subprocess
import sys

import numpy as np
import pytest

from crm_core.errors import ModelError
from crm_core.models.dropout import collapsed
from crm_core.models.fallback import dropout_parameters

PROBE = """
import warnings
import numpy as np
import pandas as pd
import sys
from crm_core.models.bgnbd import BgNbd
assert "lifetimes" not in sys.modules, "imported too early"
before = list(warnings.filters)
rng = np.random.default_rng(2)
ages, rates = rng.integers(20, 60, 1500).astype(float), rng.gamma(0.6, 0.1, 1500)
lives = np.minimum(ages, rng.exponential(60, 1500))
x = rng.poisson(rates * lives)
BgNbd.fit(x, np.where(x > 0, lives * rng.beta(np.maximum(x, 1), 1), 0), ages, max_steps=0)
assert "lifetimes" in sys.modules
assert warnings.filters == before, "FutureWarning is hidden from everybody"
warnings.simplefilter("ignore")
assert pd.get_option("mode.chained_assignment") == "warn"
"""


def test_importing_and_fitting_leaves_no_trace_in_the_process():
    finished = subprocess.run([sys.executable, "-c", PROBE], check=False, capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout == ""


def test_when_it_gives_up_too_the_person_is_told_what_to_do(capsys):
    x, t, T = [0, 1, 2, 5, 1, 0, 3], [0, 3, 6, 9, 4, 0, 5], [9, 9, 9, 10, 8, 7, 9]  # runs away to infinity
    histories = collapsed(*(np.tile(column, 50).astype(float) for column in (x, t, T)))
    with pytest.raises(ModelError, match="longer history"):
        dropout_parameters(histories, first_chance=0)
    assert capsys.readouterr().out == ""
