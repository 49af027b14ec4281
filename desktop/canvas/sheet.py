"""What the canvas remembers of one open document: its viewport, its tiles, its selection's edge."""

from collections.abc import Set

from PySide6.QtCore import QObject, QRectF, Qt, Signal
from PySide6.QtGui import QImage, QPainter

from desktop.canvas.mosaic import Mosaic, scale_for
from desktop.canvas.overlays import Hatching, SelectionOutline
from desktop.canvas.rendering import (
    made_from,
    render_after,
    render_preview,
    render_replaced,
    render_without,
)
from desktop.canvas.viewport import SHARP_FROM, Viewport
from desktop.editor import Editor
from desktop.tools.picking import color_at
from inference.values import RGB, Region


class Sheet(QObject):
    """One per editor that the canvas has shown.

    Signals: changed() - it must be painted again; resized() - the document has another size.
    """

    changed = Signal()
    resized = Signal()

    def __init__(self, editor: Editor, parent: QObject) -> None:
        super().__init__(parent)
        document = editor.document
        self.editor = editor
        self.viewport = Viewport(document.width, document.height)
        self._outline = SelectionOutline()
        self._hatching = Hatching()
        self._after = Mosaic(render_after(document), document.width, document.height)
        self._before: Mosaic | None = None
        self._before_lacks: Set[str] = frozenset()
        self._preview: Mosaic | None = None
        self._curtain: Mosaic | None = None  # what was shown, until what follows is whole
        document.pixels_changed.connect(self._on_pixels)
        document.selection_changed.connect(self._on_selection)
        document.resized.connect(self._on_resized)
        for making in editor.makings:
            making.preview_changed.connect(self._on_preview)
        editor.active_layer_changed.connect(self.changed)
        editor.reel_changed.connect(self._on_reel)
        self._on_reel()
        for signal in (
            editor.coloring.hints_changed,
            editor.coloring.selected_changed,
            editor.coloring.hint_colors_changed,
        ):
            signal.connect(self.changed)

    def close(self) -> None:
        """Hear the document no longer."""
        self.editor.document.pixels_changed.disconnect(self._on_pixels)
        self.editor.document.selection_changed.disconnect(self._on_selection)
        self.editor.document.resized.disconnect(self._on_resized)
        for making in self.editor.makings:
            making.disconnect(self)
        if self.editor.reel is not None:
            self.editor.reel.disconnect(self)
        self.deleteLater()

    def rest(self) -> None:
        """Another document is in front: stop playing, keep what is in view, forget the rest."""
        if self.editor.reel is not None:
            self.editor.reel.play(0)
        self._before = self._curtain = None
        self._after.forget_unseen()

    @property
    def after(self) -> Mosaic:
        """The document as it is, or a preview of what it may become."""
        return self._preview or self._after

    @property
    def before(self) -> Mosaic:
        """The document as it was before the generated layer that is looked at was made."""
        lacking = self._lacking()
        if self._before is None or lacking != self._before_lacks:
            document = self.editor.document
            render = render_without(document, lacking)
            self._before = Mosaic(render, document.width, document.height)
            self._before_lacks = lacking
        return self._before

    def _lacking(self) -> Set[str]:
        document, active = self.editor.document, self.editor.active_layer
        if document.film is not None:
            return document.generated_ids()  # as it is while the film plays
        for making in self.editor.makings:
            if making.preview is not None and making.generated_id:
                return made_from(document, making.generated_id)
            if making.preview is not None and not making.gives_colors_only:
                return frozenset()  # a first style is tried on what there is
        return made_from(document, active.id if active is not None else "")

    def prepare(self, *, before: bool, budget_s: float) -> bool:
        """Render what the view needs of one side; False where some of it is yet to come."""
        if self._moving(before=before) is not None:
            return True
        viewport = self.viewport
        visible = viewport.visible(QRectF(0, 0, viewport.size.width(), viewport.size.height()))
        mosaic = self.before if before else self.after
        complete = visible.empty or mosaic.prepare(visible, viewport.zoom, budget_s)
        if complete and not before:
            self._curtain = None
        return complete

    def color_at(self, x: float, y: float) -> RGB | None:
        """What is seen at a place of the document; None outside, and while a film moves."""
        reel = self.editor.reel
        moving = reel is not None and reel.moving  # then the document holds another frame
        return None if moving else color_at(self.editor.document, x, y)

    @property
    def opaque(self) -> bool:
        """True where nothing can shine through: while a film moves."""
        return self.editor.reel is not None and self.editor.reel.moving

    def tell_scale(self) -> None:
        """A film that is shown small need not be decoded large."""
        if self.editor.reel is not None:
            self.editor.reel.show_at(scale_for(self.viewport.zoom))

    def draw(self, painter: QPainter, *, before: bool) -> None:
        """Draw what is prepared of one side."""
        viewport = self.viewport
        painter.save()
        painter.setTransform(viewport.transform(), combine=True)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, not viewport.upright)
        painter.setClipRect(
            QRectF(0, 0, viewport.width, viewport.height), Qt.ClipOperation.IntersectClip
        )
        exact = viewport.upright and viewport.zoom == 1
        smooth = viewport.zoom < SHARP_FROM and not exact
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        frame = self._moving(before=before)
        if frame is not None:
            painter.drawImage(QRectF(0, 0, viewport.width, viewport.height), frame)
        else:
            (self.before if before else self._curtain or self.after).draw(painter)
        painter.restore()

    def draw_marks(self, painter: QPainter, *, outline: bool, kept_grey: bool) -> None:
        """Draw the edge of the selection and what is kept grey, where there is any."""
        coloring, selection = self.editor.coloring, self.editor.document.selection
        if kept_grey and coloring.hints_seen:
            self._hatching.paint(painter, coloring.hints.keep_grey, self.viewport)
        if outline and selection is not None:
            self._outline.paint(painter, selection, self.viewport)

    def _moving(self, *, before: bool) -> QImage | None:
        """What is shown of a film in place of the document.

        While it moves; and of the frame that stands what was made of it, until there is more.
        """
        reel = self.editor.reel
        if reel is None or reel.shown is None:
            return None
        moment, made = reel.shown, reel.shown.after
        if not reel.moving and (before or made is None or self._has_more()):
            return None
        pixels = moment.before if before or made is None else made
        rows, columns = pixels.shape[:2]
        return QImage(pixels.data, columns, rows, 4 * columns, QImage.Format.Format_RGB32)

    def _has_more(self) -> bool:
        """Whether the document holds more than the film's frame, and it is there to be seen."""
        awaited = self._preview is None and any(m.busy for m in self.editor.makings)
        return len(self.editor.document.root.children) > 1 and not awaited

    def _on_reel(self) -> None:
        reel = self.editor.reel
        if reel is not None:
            reel.frame_changed.connect(self.changed)

    def _on_pixels(self, region: Region) -> None:
        for mosaic in (self._after, self._before, self._preview):
            if mosaic is not None:
                mosaic.mark(region)
        self.changed.emit()

    def _on_resized(self) -> None:
        document = self.editor.document
        self._after = Mosaic(render_after(document), document.width, document.height)
        self._before = self._curtain = None
        self._take_preview()
        self._outline.forget()
        self.viewport.resize_document(document.width, document.height)
        self.resized.emit()

    def _on_preview(self) -> None:
        self._curtain = self._curtain or self.after
        self._take_preview()
        self.changed.emit()

    def _take_preview(self) -> None:
        document = self.editor.document
        self._preview = None
        for making in self.editor.makings:
            if making.preview is None:
                continue
            if making.gives_colors_only:
                render = render_preview(document, making.preview)
            else:
                render = render_replaced(document, making.preview, making.generated_id)
            self._preview = Mosaic(render, document.width, document.height)

    def _on_selection(self) -> None:
        self._outline.forget()
        self.changed.emit()
