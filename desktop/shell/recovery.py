"""After a crash: what is offered at the next start, and what is said at once."""

from datetime import date, datetime

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from desktop.document.autosave import Recovery
from desktop.shell.strips import Strip, Strips
from desktop.studio import Studio
from inference.values import Cure, Problem


def offer_recoveries(studio: Studio, strips: Strips, last_words: str) -> None:
    """Look, beside the window, for work that a crash left behind, and offer it in a strip."""

    def offer(found: list[Recovery]) -> None:
        for recovery in reversed(found):
            strips.add(_offer(studio, recovery, last_words))

    studio.background.run(studio.recoveries, offer, studio.report)


def tell_of_crash(studio: Studio, report: str) -> None:
    """Say that something failed inside of Grisaille; everything has been saved by now."""
    sentence = _tr("Something went wrong inside Grisaille; your work is safe.")
    remedy = _tr("You can go on. If it looks odd, save it under another name and start again.")
    cure = Cure.SAVE_ELSEWHERE if studio.current is not None else None
    studio.report(Problem(sentence, remedy=remedy, detail=report, cure=cure))


def _offer(studio: Studio, recovery: Recovery, last_words: str) -> Strip:
    sentence = _tr("Grisaille closed unexpectedly; your work of {when} is here: “{title}”.")
    when = moment(recovery.saved_at)
    strip = Strip("notice", sentence.format(when=when, title=recovery.title), "", last_words)

    discarding = strip.add_button(_tr("Throw away"), recovery.discard)
    discarding.setProperty("flat", True)
    opening = strip.add_button(_tr("Open it"), lambda: studio.recover(recovery))
    opening.setProperty("primary", True)
    return strip


def moment(seconds: float) -> str:
    """A time (seconds since the epoch) as people say it: the clock today, the date before."""
    locale, local = QLocale(), datetime.fromtimestamp(seconds)
    clock = local.strftime("%H:%M")
    if local.date() == date.today():
        return clock
    day = QDate(local.year, local.month, local.day)
    return f"{locale.toString(day, QLocale.FormatType.ShortFormat)} {clock}"


def _tr(text: str) -> str:
    return QCoreApplication.translate("Recovery", text)
