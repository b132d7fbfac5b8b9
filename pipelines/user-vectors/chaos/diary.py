"""A round's diary."""

from __future__ import annotations

import threading
from datetime import datetime, timezone
from pathlib import Path


class Diary:
    """What happened when, for whoever looks for the cause of a failure: `diary.log` in the round's folder."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "diary.log"
        self._lock = threading.Lock()

    def note(self, text: str) -> None:
        at = datetime.now(timezone.utc).isoformat(timespec="milliseconds")
        with self._lock, self._file.open("a") as file:
            file.write(f"{at} {text}\n")
