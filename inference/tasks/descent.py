"""Downhill in pixels: L-BFGS and Adam, one evaluation at a time, so that a person can watch."""

import itertools
from collections import deque
from collections.abc import Callable, Iterator
from typing import NamedTuple

import torch
from torch import Tensor

Judgement = Callable[[Tensor], tuple[float, Tensor]]
"""Loss and gradient at a picture."""


class Step(NamedTuple):
    """The best picture so far, and its loss."""

    picture: Tensor
    loss: float


_FIRST = 0.02
"""Root mean square of the first step, in units of the pixels: the gradient tells no length yet."""

_SUFFICIENT = 1e-4
_TRIES = 6

_ADAM_MEAN, _ADAM_SQUARE = 0.9, 0.99


def lbfgs(judge: Judgement, start: Tensor, memory: int = 16) -> Iterator[Step]:
    """Limited-memory BFGS (Nocedal and Wright, algorithms 7.4 and 3.1); a step an evaluation.

    The usual first step, of length 1 / |gradient|, moves nothing that one could see and is
    followed by timid ones: a visible first step saves some twenty evaluations. Steps that do not
    go downhill are shortened. Ends where no step does any more.
    """
    picture = start.clone()
    loss, gradient = judge(picture)
    yield Step(picture, loss)
    pairs: deque[tuple[Tensor, Tensor]] = deque(maxlen=memory)
    while True:
        direction = _newton(gradient, pairs)
        slope = _dot(direction, gradient)
        length = 1.0 if pairs else _FIRST / max(_rms(direction), 1e-20)
        for _ in range(_TRIES):
            tried = picture + length * direction
            its_loss, its_gradient = judge(tried)
            if its_loss <= loss + _SUFFICIENT * length * slope:
                break
            yield Step(picture, loss)
            length *= _shorter(loss, its_loss, length * slope)
        else:
            if not pairs:
                return
            pairs.clear()
            continue
        move, change = tried - picture, its_gradient - gradient
        if _dot(move, change) > 1e-10 * _dot(change, change):
            pairs.append((move, change))
        picture, loss, gradient = tried, its_loss, its_gradient
        yield Step(picture, loss)


def adam(judge: Judgement, start: Tensor, rate: float = 0.02) -> Iterator[Step]:
    """Adam (arXiv:1412.6980, algorithm 1); a step an evaluation. Never ends.

    Not torch's, which imports its compiler first.
    """
    picture, best = start, Step(start, float("inf"))
    mean, square = torch.zeros_like(start), torch.zeros_like(start)
    for count in itertools.count(1):
        loss, gradient = judge(picture)
        if loss < best.loss:
            best = Step(picture, loss)
        mean = mean.lerp(gradient, 1 - _ADAM_MEAN)
        square = square.lerp(gradient.square(), 1 - _ADAM_SQUARE)
        spread = (square / (1 - _ADAM_SQUARE**count)).sqrt() + 1e-8
        picture = picture - rate / (1 - _ADAM_MEAN**count) * mean / spread
        yield best


def _newton(gradient: Tensor, pairs: deque[tuple[Tensor, Tensor]]) -> Tensor:
    """The two-loop recursion: downhill, by the curvature that past steps have shown."""
    direction = -gradient
    shares = []
    for move, change in reversed(pairs):
        share = _dot(move, direction) / _dot(move, change)
        direction = direction - share * change
        shares.append(share)
    if pairs:
        move, change = pairs[-1]
        direction = direction * (_dot(move, change) / _dot(change, change))
    for (move, change), share in zip(pairs, reversed(shares), strict=True):
        back = _dot(change, direction) / _dot(move, change)
        direction = direction + (share - back) * move
    return direction


def _shorter(loss: float, its_loss: float, expected: float) -> float:
    """Factor to the bottom of the parabola through what is known, within 0.1 and 0.5."""
    bottom = -expected / (2 * (its_loss - loss - expected))
    return min(0.5, max(0.1, bottom)) if bottom == bottom else 0.1  # not a number: far too long


def _dot(first: Tensor, second: Tensor) -> float:
    return float((first * second).sum())


def _rms(tensor: Tensor) -> float:
    return float(tensor.square().mean().sqrt())
