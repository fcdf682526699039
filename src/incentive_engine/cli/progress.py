"""A progress bar for what takes long, on standard error and only where that is a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from threading import Timer
from types import TracebackType
from typing import Self, TypeVar

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn
from rich.text import Text

Item = TypeVar("Item")

SECONDS_BEFORE_SHOWN = 1.0
_ITEMS_BETWEEN_UPDATES = 200


class _CountColumn(ProgressColumn):
    """How many items are done, where they are counted."""

    def render(self, task: Task) -> Text:
        """Return what stands in the column."""
        return Text(f"{int(task.completed):,}" if task.completed else "")


class Working:
    """Shows what is going on, as soon as it has taken a second, and takes the display away when it is done.

    >>> with Working(Console(stderr=True)) as working:
    ...     working.stage("Reading")
    ...     list(working.counted("AB"))
    ['A', 'B']
    """

    def __init__(self, console: Console, delay: float = SECONDS_BEFORE_SHOWN) -> None:
        self._display = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            _CountColumn(),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
            disable=not console.file.isatty(),
        )
        self._task = self._display.add_task("", total=None)
        self._timer = Timer(delay, self._display.start)
        self._timer.daemon = True

    def stage(self, name: str) -> None:
        """Go on to another stage of the work."""
        self._display.reset(self._task, description=name, total=None)

    def writing(self, name: str, results: Console | None) -> None:
        """Go on to writing the results; on a terminal they take the place of the display."""
        self.stage(name)
        if results is not None and results.is_terminal:
            self._end()

    def _end(self) -> None:
        self._timer.cancel()
        self._timer.join()
        self._display.stop()

    def counted(self, items: Iterable[Item], total: int | None = None) -> Iterator[Item]:
        """Yield items and count them in the present stage, of so many in all if that is known."""
        self._display.update(self._task, total=total)
        for number, item in enumerate(items, start=1):
            if number % _ITEMS_BETWEEN_UPDATES == 0:
                self._display.update(self._task, completed=number)
            yield item

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()
