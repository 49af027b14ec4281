"""Published figures, against a plain reading of their formulas."""

import numpy as np
import pytest

from inference.film.measure import LAGS, Tally, divergence, figures_of, tally_of
from inference.media.color import colorfulness
from inference.values import Picture


def plain_cdc(frames) -> float:
    """As PEERS writes it: every pair, every channel, 256 bins, natural logarithm."""

    def histogram(frame, channel):
        counts, _ = np.histogram(frame[..., channel], bins=256, range=(0, 256))
        return counts / counts.sum()

    def kl(p, q):
        return sum(a * np.log(a / b) for a, b in zip(p, q, strict=True) if a > 0)

    def js(p, q):
        m = (p + q) / 2
        return (kl(p, m) + kl(q, m)) / 2

    values = []
    for lag in LAGS:
        pairs = zip(frames[:-lag], frames[lag:], strict=True)
        values.append(
            np.mean([js(histogram(a, c), histogram(b, c)) for a, b in pairs for c in range(3)])
        )
    return float(np.mean(values))


@pytest.fixture
def frames():
    chance = np.random.default_rng(5)
    return [
        np.clip(chance.normal(100 + 4 * i, 30, (24, 32, 3)), 0, 255).astype(np.uint8)
        for i in range(9)
    ]


def test_cdc_is_the_published_formula(frames):
    tally = tally_of(figures_of(Picture(frame)) for frame in frames)
    assert tally.cdc == pytest.approx(plain_cdc(frames), rel=1e-6)


def test_colorfulness_is_the_mean(frames):
    tally = tally_of(figures_of(Picture(frame)) for frame in frames)
    assert tally.colorfulness == pytest.approx(np.mean([colorfulness(f) for f in frames]))


def test_a_still_film_is_steady(frames):
    assert tally_of([figures_of(Picture(frames[0]))] * 6).cdc == 0


def test_things_that_share_no_colour_are_ln_2_apart():
    first, second = np.zeros((3, 256)), np.zeros((3, 256))
    first[:, 10] = second[:, 200] = 1
    assert divergence(first, second) == pytest.approx(np.log(2))


def test_grey_and_deep_frames_count_too():
    grey = np.arange(64, dtype=np.uint8).reshape(8, 8, 1)
    shallow, deep = figures_of(Picture(grey)), figures_of(Picture(grey.astype(np.uint16) * 257))
    assert np.array_equal(shallow.histograms, deep.histograms)
    assert shallow.colorfulness == 0


def test_warping_counts_pairs_only(frames):
    tally = Tally()
    for error in (None, 0.25, 0.75):
        tally.add(figures_of(Picture(frames[0]), error))
    assert tally.warping == 0.5


def test_nothing_is_nothing():
    assert (Tally().cdc, Tally().colorfulness, Tally().warping) == (0, 0, 0)
