"""Time while a film plays: which frame is due, and how many are really shown. Values only."""

from dataclasses import dataclass, field

_OVER_S = 1.0


@dataclass
class Clock:
    """From an anchor on, at a speed. Times of the film are timestamps, of `base` seconds each.

    Before the first frame is there it has no anchor, and nothing is due.
    """

    base: float
    speed: float = 1.0
    film: float = 0.0
    wall: float | None = None

    def due(self, now: float) -> float | None:
        """The timestamp that should be seen at `now` (seconds of any steady clock)."""
        return None if self.wall is None else self.film + (now - self.wall) * self.speed / self.base

    def set(self, film: float, now: float) -> None:
        """Go on from here: that frame is seen now."""
        self.film, self.wall = film, now

    def late_s(self, shown: float, now: float) -> float:
        """Seconds by which a frame that is shown now is late."""
        due = self.due(now)
        return 0.0 if due is None else (due - shown) * self.base / self.speed


@dataclass
class Pace:
    """When frames were shown within the last second."""

    times: list[float] = field(default_factory=list)

    def add(self, now: float) -> None:
        """One is shown."""
        self.times = [t for t in self.times if now - t < _OVER_S] + [now]

    @property
    def rate(self) -> float:
        """Frames a second; 0 before there are two."""
        span = self.times[-1] - self.times[0] if len(self.times) > 1 else 0.0
        return (len(self.times) - 1) / span if span else 0.0
