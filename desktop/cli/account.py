"""What a command did, told to the person who waits on stderr and to the script on stdout."""

import errno
import json
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

from inference.request import Cancelled, Context, ModelStamp
from inference.request import Progress as Step
from inference.values import Problem

if TYPE_CHECKING:
    from desktop.cli.pictures import Done

DONE, BAD_INPUT, STOPPED = 0, 2, 130
_COUNTS = ("frames", "segments", "segments_resumed", "shots")

_stopped = threading.Event()


def listen_for_stop(*, asked: bool = False) -> None:
    """From now on Ctrl+C, and being asked to end, also end the work at its next checkpoint.

    The exception alone is not enough: where it strikes inside of a callback of a library, Python
    prints it and goes on. asked: somebody has asked already, while the program was imported.
    """
    if asked:
        _stopped.set()

    def stop(_number: int, _frame: FrameType | None) -> None:
        _stopped.set()
        raise KeyboardInterrupt

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)


def check_stop() -> None:
    """Raise KeyboardInterrupt where somebody asked to end before there was work to be ended."""
    if _stopped.is_set():
        raise KeyboardInterrupt


def say(text: str) -> None:
    """One line on stderr, as it is."""
    typer.echo(text, err=True)


def answer(told: Mapping[str, Any]) -> None:
    """The one JSON object on stdout."""
    typer.echo(json.dumps(told, indent=2, ensure_ascii=False))


def problem_of(error: OSError) -> Problem:
    """The sentence for what the system refused where nobody knew better."""
    name = str(error.filename or "A file")
    if error.errno == errno.ENAMETOOLONG:
        return Problem(f"The name “{name[:100]}…” is too long.", remedy="Choose a shorter one.")
    reason = (error.strerror or "unknown error").lower()
    return Problem(f"{name if len(name) < 100 else name[:100] + '…'} cannot be used: {reason}.")


def remedy_of(problem: Problem) -> str:
    """What to do about it, and the option for that."""
    if not problem.option:
        return problem.remedy
    return f"{problem.remedy.removesuffix('.')} ({problem.option})."


@dataclass
class Account:
    """All that one command did. seconds, per part of the work, are sums over all files."""

    inputs: list[str] = field(default_factory=list)
    outputs: list[str] = field(default_factory=list)
    model: ModelStamp | None = None
    device: str = ""
    seconds: dict[str, float] = field(default_factory=dict)
    figures: dict[str, float] = field(default_factory=dict)
    """Sums of what is counted, else means over the files that had the figure."""
    notes: list[str] = field(default_factory=list)
    problems: list[dict[str, str]] = field(default_factory=list)
    code: int = DONE
    _had: Counter[str] = field(default_factory=Counter)
    """How many files had a figure."""

    @contextmanager
    def told(self, as_json: bool) -> Iterator[None]:
        """Do the work inside: a Problem in it is written down, and all is told at the end.

        Raises Cancelled where the work was stopped, after that is told.
        """
        try:
            yield
        except (Problem, OSError) as problem:
            self.fail(None, problem)
        except (Cancelled, KeyboardInterrupt):
            self.code = STOPPED
        if "mean_dl_written" in self.figures:
            error, edge = self.figures["mean_dl_written"], self.figures["gamut_edge"]
            say(
                f"Its lightness is {error:.4f} L* from the original's on average; at {edge:.1%} of "
                "the pixels colour gave way to it."
            )
        self._list_problems()
        try:
            if as_json:
                answer(self.as_json())
        except OSError as error:  # stdout is full, or nobody reads any more
            self.code = BAD_INPUT
            say(str(problem_of(error)))
        if self.code == STOPPED:
            raise Cancelled

    def add(self, done: "Done") -> None:
        """A picture or a film was made and written."""
        self.inputs.append(str(done.source))
        self.model, self.device = done.result.model, done.result.device
        for name, seconds in {**done.result.seconds, "write": done.write}.items():
            self.seconds[name] = self.seconds.get(name, 0.0) + seconds
        for name, value in done.result.figures.items():
            before = self.figures.get(name, 0)
            self._had[name] += 1
            more = value if name in _COUNTS else (value - before) / self._had[name]
            self.figures[name] = before + more
        for note in done.result.notes:
            self.notes.append(note)
            say(note)
        self.wrote(done.target)

    def wrote(self, target: Path) -> None:
        """A file is finished."""
        self.outputs.append(str(target))
        say(f"Wrote {target}.")

    def fail(self, source: Path | None, problem: Problem | OSError) -> None:
        """A picture, or all of it, could not be done."""
        self.code = BAD_INPUT
        if isinstance(problem, OSError):
            problem = problem_of(problem)
        name = str(source) if source else ""
        if source:
            self.inputs.append(name)
        told = {"input": name, "sentence": problem.sentence, "remedy": remedy_of(problem)}
        self.problems.append(told)

    def as_json(self) -> dict[str, Any]:
        """Plain values; model is null where none was used."""
        model = self.model and {"id": self.model.id, "sha256": self.model.sha256}
        return {
            "inputs": self.inputs,
            "outputs": self.outputs,
            "model": model,
            "device": self.device,
            "seconds": {name: round(value, 3) for name, value in self.seconds.items()},
            "figures": self.figures,
            "notes": self.notes,
            "problems": self.problems,
        }

    def _list_problems(self) -> None:
        several = len(self.inputs) > 1
        if several and self.problems:
            say(f"{len(self.problems)} of {len(self.inputs)} files could not be done:")
        for told in self.problems:
            name = f"{Path(told['input']).name}: " if several else ""
            say(f"{name}{told['sentence']} {told['remedy']}".strip())


def each(
    pairs: Iterable[tuple[Path, Path]],
    account: Account,
    work: "Callable[..., Done]",
) -> None:
    """Call `work(source, target, context=...)` for each; what cannot be done stops no other."""
    with progress() as bars:
        for source, target in pairs:
            try:
                account.add(work(source, target, context=context_for(bars, source.name)))
            except Problem as problem:
                account.fail(source, problem)


@contextmanager
def clock(seconds: dict[str, float], name: str) -> Iterator[None]:
    """Write down how long the work inside took."""
    began = time.perf_counter()
    yield
    seconds[name] = time.perf_counter() - began


@contextmanager
def progress() -> Iterator[Progress]:
    """A bar per picture on stderr while the work inside goes on; nothing where nobody watches."""
    shown = (
        TextColumn("{task.fields[name]}"),
        BarColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.fields[left]}"),
    )
    console = Console(stderr=True)
    with Progress(*shown, console=console, transient=True, disable=not console.is_terminal) as bars:
        yield bars


def context_for(bars: Progress, name: str) -> Context:
    """A context that shows the progress of one picture."""
    bar = bars.add_task("", total=1.0, name=name, left="")

    def report(step: Step) -> None:
        left = step.seconds_left and f"{_clock(step.seconds_left)} left"
        bars.update(bar, completed=step.fraction, description=step.step or None, left=left or "")

    return Context(report, _stopped)


def _clock(seconds: float) -> str:
    """As 0:42, or 1:02:03."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
