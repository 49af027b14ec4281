"""Where things go between two frames: OpenCV's DIS flow on small greys, and where it is believed.

Occlusions and motion edges are judged as in Lai et al. 2018 (fast_blind_video_consistency).
"""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np

from inference.values import Array

LONG_SIDE = 384  # pixels of the greys that flow is found on
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


def small(samples: Array) -> Array:
    """Samples (H, W, ...) of a frame at the size at which it is looked at, in their depth."""
    height, width = samples.shape[:2]
    size = small_size(width, height)
    # Up to twice the size two neighbours are all that there is to see, five times as quickly.
    way = cv2.INTER_LINEAR if width < 2 * size[0] and height < 2 * size[1] else cv2.INTER_AREA
    looked_at: Array = cv2.resize(samples, size, interpolation=way)
    return looked_at


def small_grey(pixels: Array) -> Array:
    """Frame (H, W, 1 or 3), uint8 or uint16, as a small grey (h, w) uint8."""
    grey = small(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY) if pixels.shape[2] == 3 else pixels)
    if grey.dtype == np.uint16:
        grey = np.right_shift(grey, 8, dtype=np.uint16).astype(np.uint8)
    return grey


def motion(before: Array, now: Array) -> Motion:
    """How things came from grey `before` to grey `now`, both (h, w) uint8."""
    dis = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_FAST)
    back = dis.calc(now, before, None)  # type: ignore[call-overload]
    forth = dis.calc(before, now, None)  # type: ignore[call-overload]
    length = _squared_length(back)
    agree = _agree(back, warped(forth, back), length)
    change = cv2.blur(cv2.absdiff(warped(before, back), now).astype(np.float32), (5, 5))
    certain = cv2.blur(agree.astype(np.float32), (7, 7))  # no hard edge, which would show
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
    x, y = cv2.split(vectors)
    squared: Array = x * x + y * y
    return squared
