"""Pictures in and out: ask what a file is, open it, save it."""

from inference.media.headers import Facts
from inference.media.reading import READABLE, probe, read_picture
from inference.media.writing import WRITABLE, write_picture

__all__ = ["READABLE", "WRITABLE", "Facts", "probe", "read_picture", "write_picture"]
