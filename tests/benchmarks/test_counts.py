"""Operations take as many steps as are written down, and more are told of."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.counts import Steps, compared

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.long
def test_no_operation_takes_more_steps_than_are_written_down() -> None:
    command = [sys.executable, "-m", "tests.counts"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_steps_are_counted_the_same_each_time_and_grow_with_the_work() -> None:
    def steps(rounds: int) -> int:
        with Steps() as found:
            for _ in range(rounds):
                sorted(str(number) for number in range(10))
        return found.taken

    assert steps(3) == steps(3)
    assert steps(6) > 1.5 * steps(3)


def test_more_steps_than_are_written_down_are_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert compared({"read": 100}, {"read": 104}) == 0
    assert compared({"read": 100}, {"read": 106, "write": 5}) == 1
    told = capsys.readouterr()
    assert "MORE than 100" in told.out
    assert "2 of 2 operations take more steps" in told.err
