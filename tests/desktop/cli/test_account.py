"""What a command did, summed up over files of several kinds."""

from pathlib import Path

import pytest

from desktop.cli.account import Account
from desktop.cli.pictures import Done
from inference.request import Result


def done(**figures) -> Done:
    result = Result(seconds={"load": 1, "run": 2}, figures=figures)
    return Done(Path("in.png"), Path("out.png"), result, write=0.5)


def test_counts_are_sums_and_the_rest_are_means_over_those_that_have_them():
    account = Account()
    for one in (
        done(mean_dl=0.2),
        done(mean_dl=0.4),
        done(frames=10, cdc=0.5),
        done(frames=30, cdc=0.1),
    ):
        account.add(one)
    assert account.figures["frames"] == 40
    assert account.figures["cdc"] == pytest.approx(0.3)
    assert account.figures["mean_dl"] == pytest.approx(0.3)
    assert account.seconds == {"load": 4, "run": 8, "write": 2}
