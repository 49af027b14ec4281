"""The blend modes. To add one, write its formula and add its line to the table `BlendMode`.

A formula is B(cb, cs) of W3C "Compositing and Blending Level 1": cb is the backdrop's colour, cs
the layer's, both planar (3, ...) float32 in 0..1, not premultiplied; it gives the mixed colour.
"""

from collections.abc import Callable
from enum import Enum
from typing import Self

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Formula = Callable[[Floats, Floats], Floats]


def _normal(_cb: Floats, cs: Floats) -> Floats:
    return cs


def _multiply(cb: Floats, cs: Floats) -> Floats:
    return cb * cs


def _screen(cb: Floats, cs: Floats) -> Floats:
    return cb + cs - cb * cs


def _hard_light(cb: Floats, cs: Floats) -> Floats:
    double = cs + cs
    return np.where(cs <= 0.5, _multiply(cb, double), _screen(cb, double - 1))


def _overlay(cb: Floats, cs: Floats) -> Floats:
    return _hard_light(cs, cb)


def _soft_light(cb: Floats, cs: Floats) -> Floats:
    dodged = np.where(cb <= 0.25, ((16 * cb - 12) * cb + 4) * cb, np.sqrt(cb))
    by = 2 * cs - 1
    mixed: Floats = cb + by * np.where(cs <= 0.5, cb - cb * cb, dodged - cb)
    return mixed


def _darken(cb: Floats, cs: Floats) -> Floats:
    return np.minimum(cb, cs)


def _lighten(cb: Floats, cs: Floats) -> Floats:
    return np.maximum(cb, cs)


def _difference(cb: Floats, cs: Floats) -> Floats:
    apart: Floats = np.abs(cb - cs)
    return apart


def _hue(cb: Floats, cs: Floats) -> Floats:
    return _with_luminosity(_with_saturation(cs, np.ptp(cb, axis=0)), _luminosity(cb))


def _saturation(cb: Floats, cs: Floats) -> Floats:
    return _with_luminosity(_with_saturation(cb, np.ptp(cs, axis=0)), _luminosity(cb))


def _color(cb: Floats, cs: Floats) -> Floats:
    return _with_luminosity(cs, _luminosity(cb))


def _luminosity_mode(cb: Floats, cs: Floats) -> Floats:
    return _with_luminosity(cb, _luminosity(cs))


class BlendMode(Enum):
    """How a layer mixes with what lies below: OpenRaster's word, the label, the formula."""

    NORMAL = "svg:src-over", "Normal", _normal
    MULTIPLY = "svg:multiply", "Multiply", _multiply
    SCREEN = "svg:screen", "Screen", _screen
    OVERLAY = "svg:overlay", "Overlay", _overlay
    SOFT_LIGHT = "svg:soft-light", "Soft light", _soft_light
    DARKEN = "svg:darken", "Darken", _darken
    LIGHTEN = "svg:lighten", "Lighten", _lighten
    DIFFERENCE = "svg:difference", "Difference", _difference
    HUE = "svg:hue", "Hue", _hue
    SATURATION = "svg:saturation", "Saturation", _saturation
    COLOR = "svg:color", "Color", _color
    LUMINOSITY = "svg:luminosity", "Luminosity", _luminosity_mode
    CLIP = "svg:src-atop", "Clip to below", _normal  # where the layers below it are, and only there

    label: str
    formula: Formula

    def __new__(cls, word: str, label: str, formula: Formula) -> Self:
        """A member whose value is the word alone."""
        member = object.__new__(cls)
        member._value_ = word
        member.label = label
        member.formula = staticmethod(formula)
        return member


# What the last four are made of, named as in the specification: Lum, SetLum, ClipColor, SetSat.


def _luminosity(c: Floats) -> Floats:
    luminosity: Floats = np.float32(0.3) * c[0] + np.float32(0.59) * c[1] + np.float32(0.11) * c[2]
    return luminosity


def _with_luminosity(c: Floats, luminosity: Floats) -> Floats:
    return _clipped(c + (luminosity - _luminosity(c)), luminosity)


def _clipped(c: Floats, luminosity: Floats) -> Floats:
    """Colours drawn towards their grey, just so far that they lie in 0..1."""
    low, high = c.min(axis=0), c.max(axis=0)
    tiny = np.float32(1e-12)
    keep = np.where(low < 0, luminosity / np.maximum(luminosity - low, tiny), np.float32(1))
    above = np.maximum(high - luminosity, tiny)
    keep = np.where(high > 1, np.minimum(keep, (1 - luminosity) / above), keep)
    return luminosity + (c - luminosity) * keep


def _with_saturation(c: Floats, saturation: Floats) -> Floats:
    """Colours stretched so that their largest less their smallest part is the saturation."""
    low = c.min(axis=0)
    spread = c.max(axis=0) - low
    stretched: Floats = (c - low) * (saturation / np.where(spread > 0, spread, np.float32(1)))
    return stretched
