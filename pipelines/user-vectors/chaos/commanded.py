"""A process that takes commands as lines of JSON on its input, and answers each with a line."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from processes import DemoError


class CommandedProcess:
    """One of the chaos test's own programs. It is ended when the stack unwinds."""

    def __init__(self, name: str, program: str, options: Sequence[str], log: Path, stack: contextlib.ExitStack) -> None:
        self._name = name
        self._log = log
        self._lock = threading.Lock()
        command = [sys.executable, "-B", str(Path(__file__).with_name(program)), *options]
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True, start_new_session=True
            )
        stack.callback(self._stop)
        self._answer()

    def command(self, **command: Any) -> dict[str, Any]:
        with self._lock:
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(command) + "\n")
            self._process.stdin.flush()
            return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise DemoError(f"{self._name} has ended:\n{self._log.read_text()}")
        return json.loads(line)

    def _stop(self) -> None:
        self._process.kill()
        self._process.communicate()
