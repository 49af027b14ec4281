"""Where things go between two frames: OpenCV's DIS flow on small greys, and where it is believed.

Occlusions and motion edges are judged as in Lai et al. 2018 (fast_blind_video_consistency).
"""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from inference.values import Array

LONG_SIDE = 192  # pixels of the greys that flow is found on
_HALVINGS = 1  # of those greys, down to the finest at which patches are compared
_REFINEMENTS = 3
_SAME_LIGHT = 20.0  # grey values by which a thing may change from frame to frame
_LIGHT_REACH, _SURE_REACH = 3, 5  # pixels that are looked at together for one place


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


def small(samples: Array) -> Array:
    """Samples (H, W, C) of a frame at the size at which it is looked at, in their depth."""
    height, width = samples.shape[:2]
    size = small_size(width, height)
    # Halves, then the two neighbours that are left to see: five times as quick as INTER_AREA.
    while width >= 2 * size[0] and height >= 2 * size[1]:
        width, height = width // 2, height // 2
        even = samples[: 2 * height, : 2 * width]
        samples = cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA)
    small_ = cv2.resize(samples, size, interpolation=cv2.INTER_LINEAR)
    return small_.reshape(*size[::-1], -1)


def small_grey(pixels: Array) -> Array:
    """Frame (H, W, 1 or 3), uint8 or uint16, as a small grey (h, w) uint8."""
    looked_at = small(pixels)
    grey = (
        cv2.cvtColor(looked_at, cv2.COLOR_RGB2GRAY) if pixels.shape[2] == 3 else looked_at[..., 0]
    )
    if grey.dtype == np.uint16:
        grey = np.right_shift(grey, 8, dtype=np.uint16).astype(np.uint8)
    return grey


def motion(before: Array, now: Array, *, precise: bool = True) -> Motion:
    """How things came from grey `before` to grey `now`, both (h, w) uint8.

    precise: to a fraction of a pixel, which strokes need and colours do not.
    """
    dis = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
    dis.setFinestScale(_HALVINGS)
    dis.setVariationalRefinementIterations(_REFINEMENTS if precise else 0)
    back = dis.calc(now, before, None)  # type: ignore[call-overload]
    forth = dis.calc(before, now, None)  # type: ignore[call-overload]
    length = _squared_length(back)
    agree = _agree(back, warped(forth, back), length)
    change = cv2.blur(
        cv2.absdiff(warped(before, back), now).astype(np.float32), (_LIGHT_REACH,) * 2
    )
    certain = cv2.blur(
        agree.astype(np.float32), (_SURE_REACH,) * 2
    )  # no hard edge, which would show
    steady = cv2.exp(-((change / np.float32(_SAME_LIGHT)) ** 2))
    return Motion(back, steady * certain, agree & ~_edges(back, length))


def warped(earlier: Array, back: Array) -> Array:
    """What was in the earlier frame (h, w) or (h, w, c), at the places of the later one."""
    moved: Array = cv2.remap(  # type: ignore[call-overload]
        earlier,
        back + places(*back.shape[:2]),
        None,
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return moved


@lru_cache(maxsize=4)
def places(height: int, width: int) -> Array:
    """X and y of each place, (h, w, 2) float32; not to be written on."""
    return np.dstack(np.meshgrid(np.arange(width), np.arange(height))).astype(np.float32)


def inside(back: Array) -> Array:
    """Where a place was in sight before, (h, w) bool: not what comes in over the frame's edge."""
    height, width = back.shape[:2]
    known: Array = cv2.inRange(back + places(height, width), (0, 0), (width - 1, height - 1)) > 0
    return known


def warping_error(before: Array, now: Array, move: Motion) -> float:
    """Mean squared difference of small frames (h, w, 3) uint8 along the flow, white counted as 1.

    Places that come to sight and edges of motion do not count.
    """
    counted = move.alike.view(np.uint8)
    squared = cv2.norm(warped(before, move.back), now, cv2.NORM_L2SQR, counted)
    return squared / 255**2 / max(1, cv2.countNonZero(counted))


def _agree(back: Array, returned: Array, length: Array) -> Array:
    there_and_back = _squared_length(back + returned)
    allowed = np.float32(0.01) * (length + _squared_length(returned)) + np.float32(0.5)
    agree: Array = there_and_back <= allowed
    return agree


def _edges(back: Array, length: Array) -> Array:
    across, down = (
        cv2.Sobel(back, cv2.CV_32F, *order, ksize=1, scale=0.5) for order in ((1, 0), (0, 1))
    )
    slopes = _squared_length(across) + _squared_length(down)
    edges: Array = slopes > np.float32(0.01) * length + np.float32(0.002)
    return edges


def _squared_length(vectors: Array) -> Array:
    squares = vectors * vectors
    squared: Array = squares[..., 0] + squares[..., 1]
    return squared
