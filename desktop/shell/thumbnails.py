"""Small pictures of files, read beside the window: enough for a list, never the whole file."""

import zipfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QImage, QImageReader
from shiboken6 import isValid

from desktop.background import Background
from desktop.widgets.images import image_of
from inference.media.names import is_film
from inference.values import Problem

LARGEST_BYTES = 200_000_000
"""Files beyond this are left without a picture."""
LATER_MS = 600
"""Films wait so long: PyAV is not imported before the window is up."""


class FileThumbnails(QObject):
    """Reads one file after the other on a thread of its own."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background(self)
        self._films: list[Callable[[], None]] = []
        self._later = QTimer(self, singleShot=True, interval=LATER_MS)
        self._later.timeout.connect(self._read_films)

    def ask(self, path: Path, size: QSize, show: Callable[[QImage], None], asker: QObject) -> None:
        """Call show(image) soon, with the picture cut to fill that size; not if it has none.

        Nor if the asker is gone by then.
        """

        def deliver(image: QImage) -> None:
            if isValid(asker) and not image.isNull():
                show(image)

        def read() -> None:
            self._background.run(lambda: thumbnail(path, size), deliver, lambda _: None)

        if is_film(path) or path.is_dir():
            self._films.append(read)
            self._later.start()
        else:
            read()

    def close(self) -> None:
        """Finish what has begun; call before the program ends."""
        self._later.stop()
        self._background.close()

    def _read_films(self) -> None:
        films, self._films = self._films, []
        for read in films:
            read()


def thumbnail(path: Path, size: QSize) -> QImage:
    """The picture of a file, scaled and cut to fill `size` pixels; null where there is none."""
    if is_film(path) or path.is_dir():
        return _filling(_first_frame(path), size)
    try:
        if path.stat().st_size > LARGEST_BYTES:
            return QImage()
        if path.suffix.lower() in (".grisaille", ".ora"):
            with zipfile.ZipFile(path) as archive:
                data = archive.read("Thumbnails/thumbnail.png")
            return _filling(QImage.fromData(data), size)
        data = path.read_bytes()
    except (OSError, KeyError, zipfile.BadZipFile):
        return QImage()
    return _read(data, size)


def _first_frame(path: Path) -> QImage:
    """Of a film; null where it cannot be read."""
    from inference.media.film import open_film, probe_film  # brings PyAV

    try:
        reader = open_film(probe_film(path))
        try:
            frame = next(reader.frames(), None)
            return QImage() if frame is None else image_of(frame.picture().pixels)
        finally:
            reader.close()
    except Problem:
        return QImage()


def _read(data: bytes, size: QSize) -> QImage:
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    whole = reader.size()
    if whole.isValid():  # JPEG decodes straight to the smaller size
        covering = whole.scaled(size, Qt.AspectRatioMode.KeepAspectRatioByExpanding)
        reader.setScaledSize(covering * 2 if covering.width() * 2 < whole.width() else whole)
    image = reader.read()
    del reader  # before the buffer: the reader of TIFFs looks at it once more as it goes
    return _filling(image, size)


def _filling(image: QImage, size: QSize) -> QImage:
    if image.isNull():
        return image
    covering = image.scaled(
        size,
        Qt.AspectRatioMode.KeepAspectRatioByExpanding,
        Qt.TransformationMode.SmoothTransformation,
    )
    left = (covering.width() - size.width()) // 2
    top = (covering.height() - size.height()) // 3  # heads are in the upper part
    return covering.copy(left, top, size.width(), size.height())
