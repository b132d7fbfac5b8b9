"""The Milvus that pipelines are shown: answers.py before the real one."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path

from commanded import CommandedProcess
from processes import free_port


class WrongAnswers:
    """Answers.py, as a process of its own."""

    def __init__(self, folder: Path, to: int, seed: int, stack: contextlib.ExitStack) -> None:
        self.port = free_port()
        options = [f"--listen={self.port}", f"--to={to}", f"--seed={seed}"]
        self._answers = CommandedProcess("answers.py", "answers.py", options, folder / "answers.log", stack)

    def tell(self, lies: Sequence[str], share: float) -> None:
        """From now on that share of the calls is answered by one of these lies; with none all is right again."""
        self._answers.command(lies=list(lies), chance=share)

    def told(self) -> dict[str, int]:
        """How often each lie has been told."""
        return self._answers.command()
