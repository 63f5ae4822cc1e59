"""Runs one case in a process of its own and reads the operating system's account of it."""

import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Cost:
    """What a case cost: medians over its runs, peak memory of the largest one."""

    wall_s: float
    cpu_s: float
    peak_mb: float


def cost(case: str, *arguments: str, runs: int = 3) -> Cost:
    """The cost of ``python -m tests.benchmarks.cases case arguments``, which prints its own wall and CPU seconds.

    A case times only its work, not the start of Python; the peak memory is that of the whole process.
    """
    return alternately((case, *arguments), runs=runs)[0]


def alternately(*cases: tuple[str, ...], runs: int = 3) -> list[Cost]:
    """The `cost` of each case, run in turns: a machine that grows slow in between slows all of them."""
    rounds = [[_once(name, arguments) for name, *arguments in cases] for _ in range(runs)]
    return [_medians(measured) for measured in zip(*rounds, strict=True)]


def _medians(measured: Sequence[tuple[float, float, float]]) -> Cost:
    return Cost(
        statistics.median(wall for wall, _, _ in measured),
        statistics.median(cpu for _, cpu, _ in measured),
        max(peak for _, _, peak in measured),
    )


def _once(case: str, arguments: Sequence[str]) -> tuple[float, float, float]:
    run = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.cases", case, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},
    )
    assert run.stdout is not None
    last = run.stdout.read().strip().splitlines()[-1:]
    _, status, usage = os.wait4(run.pid, 0)
    run.returncode = os.waitstatus_to_exitcode(status)
    if run.returncode != 0 or not last:
        raise SystemExit(f"The case '{case}' failed with exit status {run.returncode}.")
    wall, cpu = map(float, last[0].split())
    return wall, cpu, usage.ru_maxrss / 1024


def row(name: str, ours: Cost, other_name: str, other: Cost) -> str:
    """One line of the report: the ratio first, since absolute times belong to one machine."""
    return (
        f"{name:<34} {other.cpu_s / ours.cpu_s:7.1f}x less CPU, {other.wall_s / ours.wall_s:6.1f}x less wall"
        f" than {other_name:<24} ours {ours.wall_s:7.3f} s {ours.peak_mb:6.0f} MB,"
        f" theirs {other.wall_s:7.3f} s {other.peak_mb:6.0f} MB"
    )
