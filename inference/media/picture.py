"""Pictures in and out: ask what a file is, open it, save it."""

from inference.media.headers import Facts
from inference.media.reading import READABLE, probe, read_picture, refuse_too_large
from inference.media.writing import WRITABLE, check_writable, kind_of, write_picture

__all__ = [
    "READABLE",
    "WRITABLE",
    "Facts",
    "check_writable",
    "kind_of",
    "probe",
    "read_picture",
    "refuse_too_large",
    "write_picture",
]
