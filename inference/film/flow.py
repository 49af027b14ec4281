"""Where things go between two frames: OpenCV's DIS flow on small greys, and where it is believed.

Occlusions and motion edges are judged as in Lai et al. 2018 (fast_blind_video_consistency).
"""

from dataclasses import dataclass

import cv2
import numpy as np

from inference.values import Array

LONG_SIDE = 480  # pixels of the greys that flow is found on
_SAME_LIGHT = 20.0  # grey values by which a thing may change from frame to frame


@dataclass(frozen=True, eq=False)
class Motion:
    """From one frame back to the one before it.

    back:  (h, w, 2) float32, x and y in pixels of the small grey: where each place was before.
    sure:  (h, w) float32 0..1, how far that is believed; 0 where a thing has just come to sight.
    alike: (h, w) bool, where both directions agree, away from edges of motion: the mask of the
           published warping error.
    """

    back: Array
    sure: Array
    alike: Array


def small_size(width: int, height: int, long_side: int = LONG_SIDE) -> tuple[int, int]:
    """Width and height at which a frame is looked at; never larger than the frame."""
    shrink = min(1.0, long_side / max(width, height))
    return max(16, round(width * shrink)), max(16, round(height * shrink))


def small_grey(pixels: Array) -> Array:
    """Frame (H, W, 1 or 3), uint8 or uint16, as a small grey (h, w) uint8."""
    height, width = pixels.shape[:2]
    small = cv2.resize(pixels, small_size(width, height), interpolation=cv2.INTER_AREA)
    if small.dtype == np.uint16:
        small = np.right_shift(small, 8, dtype=np.uint16).astype(np.uint8)
    grey: Array = cv2.cvtColor(small, cv2.COLOR_RGB2GRAY) if small.ndim == 3 else small
    return grey


def motion(before: Array, now: Array) -> Motion:
    """How things came from grey `before` to grey `now`, both (h, w) uint8."""
    dis = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
    back = dis.calc(now, before, None)  # type: ignore[call-overload]
    forth = dis.calc(before, now, None)  # type: ignore[call-overload]
    agree = _agree(back, warped(forth, back))
    change = np.abs(warped(before, back).astype(np.float32) - now)
    certain = cv2.blur(agree.astype(np.float32), (7, 7))  # no hard edge, which would show
    steady = np.exp(-((cv2.blur(change, (5, 5)) / _SAME_LIGHT) ** 2))
    return Motion(back, (steady * certain).astype(np.float32), agree & ~_edges(back))


def warped(earlier: Array, back: Array) -> Array:
    """What was in the earlier frame (h, w) or (h, w, c), at the places of the later one."""
    height, width = back.shape[:2]
    columns = np.arange(width, dtype=np.float32)[None]
    rows = np.arange(height, dtype=np.float32)[:, None]
    moved: Array = cv2.remap(
        earlier,
        columns + back[..., 0],
        rows + back[..., 1],
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return moved


def warping_error(before: Array, now: Array, move: Motion) -> float:
    """Mean squared difference, in 0..1 squared, of small frames (h, w, 3) in 0..1 along the flow.

    Places that come to sight and edges of motion do not count.
    """
    squared = ((warped(before, move.back) - now) ** 2).sum(2)
    return float(squared[move.alike].mean()) if move.alike.any() else 0.0


def _agree(back: Array, returned: Array) -> Array:
    there_and_back = _square(back + returned)
    agree: Array = there_and_back <= 0.01 * (_square(back) + _square(returned)) + 0.5
    return agree


def _edges(back: Array) -> Array:
    across, down = np.gradient(back, axis=1), np.gradient(back, axis=0)
    edges: Array = _square(across) + _square(down) > 0.01 * _square(back) + 0.002
    return edges


def _square(vectors: Array) -> Array:
    square: Array = (vectors**2).sum(2)
    return square
