"""Times of a film as editors write them."""

from fractions import Fraction


def timecode(seconds: Fraction | float, rate: Fraction | float) -> str:
    """Hours, minutes, seconds and the frame within the second, as in 00:01:23:12."""
    number = max(0, round(seconds * rate)) if rate else 0
    nominal = max(1, round(rate))
    whole, frame = divmod(number, nominal)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    digits = 2 if nominal <= 100 else 3
    return f"{hours:02}:{minute:02}:{second:02}:{frame:0{digits}}"
