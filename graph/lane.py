"""Writing beside reading: one write at a time, in their order, while the caller goes on.

The engine loads outside Python's lock, in threads of its own, and waits for the disk. Measured over 12,000 records,
a build that waited for its loads left one of two cores idle for half of the time.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self


class Lane:
    """Work that is done in a thread of its own, a piece at a time. Leaving the block waits for the piece in hand.

    What a piece raises is raised at the next `send` or `wait`, and no later piece is begun before that.
    """

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writing")
        self._piece: Future[None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.shutdown()
        if kind is None:
            self.wait()

    def send(self, work: Callable[[], None]) -> None:
        """Have this done next: once the piece before it is, which the caller waits for, so that nothing piles up."""
        self.wait()
        self._piece = self._thread.submit(work)

    def wait(self) -> None:
        """Return when all that was sent is done, or raise what it raised."""
        piece, self._piece = self._piece, None
        if piece is not None:
            piece.result()
