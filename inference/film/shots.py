"""What must be known of a film before work begins: when each frame is shown, where it is cut."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scenedetect.common import FrameTimecode
from scenedetect.detectors import AdaptiveDetector

from inference.film.fields import Weave
from inference.media.reader import Reader
from inference.media.sequence import SEQUENCE
from inference.request import Context
from inference.values import Array, Clip, Problem

GLANCE = 160  # pixels of width in which cuts are looked for
_SHORTEST_SHOT = 8  # frames
_CALM = 3.0  # how much more than its neighbours a cut must differ
_LEAST = 12.0  # difference below which nothing is a cut
_INTERLACED = 0.25  # share of frames that makes a film interlaced


@dataclass(frozen=True, eq=False)
class Survey:
    """What a look through all frames found.

    times: (n,) int64 timestamps, increasing; end: when the last frame ends; both in units of the
    clip's time base. cuts: frames at which a new shot begins (not 0). interlaced: frames are
    made of two fields, by what the file says or by how they look; numbered pictures are taken as
    they are. notes: what could not be read.
    """

    times: Array
    end: int
    cuts: tuple[int, ...]
    interlaced: bool
    notes: tuple[str, ...]

    @property
    def shots(self) -> tuple[tuple[int, int], ...]:
        """First frame, and the first that no longer belongs to it, of each shot."""
        edges = (0, *self.cuts, len(self.times))
        return tuple(pairwise(edges))


def survey(reader: Reader, context: Context) -> Survey:
    """Look through a whole film once, at small size. Problem where it has no frame."""
    clip = reader.clip
    times, cuts, fields, length, weave = [], [], 0, 0, Weave()
    detector = AdaptiveDetector(_CALM, min_scene_len=_SHORTEST_SHOT, min_content_val=_LEAST)
    for number, frame in enumerate(reader.frames()):
        if number % 8 == 0:
            done = min(1.0, number / clip.frames) if clip.frames else None
            context.checkpoint(done and 0.05 * done, "Looking for shots")
        times.append(frame.time)
        fields += frame.interlaced
        weave.see(number, frame)
        length = frame.duration
        found = detector.process_frame(FrameTimecode(number, 25.0), frame.glance(GLANCE))
        cuts += [code.frame_num for code in found]
    if not times:
        raise Problem(
            f"“{clip.path.name}” holds no frames that can be read.", remedy="Choose another film."
        )
    return Survey(
        np.array(times, np.int64),
        times[-1] + (length or _step(times, clip)),
        tuple(cut for cut in sorted(set(cuts)) if 0 < cut < len(times)),
        clip.format != SEQUENCE and (fields > _INTERLACED * len(times) or weave.found),
        (*reader.notes, *_missing(clip, len(times))),
    )


def _step(times: list[int], clip: Clip) -> int:
    if len(times) > 1:
        return times[-1] - times[-2]
    return max(1, round(1 / (clip.rate * clip.time_base)))


def _missing(clip: Clip, read: int) -> list[str]:
    if clip.frames is None or read >= clip.frames:
        return []
    sentence = (
        f"Only {read} of the {clip.frames} frames of “{clip.path.name}” can be read;"
        " the rest is missing from the file."
    )
    return [sentence]
