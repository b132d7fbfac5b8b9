"""A way between two processes, which the proxy can break: between pipeline and Milvus, or executors and driver."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from processes import DemoError


# Keys that begin with it are counted as they pass: in requests to write, that is.
MARK = "marked-key-"


class Link:
    """The proxy, as a process of its own."""

    def __init__(
        self,
        folder: Path,
        port: int,
        to: int,
        seed: int,
        stack: contextlib.ExitStack,
        address: str = "127.0.0.1",
    ) -> None:
        self.port = port
        self.url = f"http://{address}:{port}"
        self._lock = threading.Lock()
        command = [sys.executable, "-B", str(Path(__file__).with_name("proxy.py"))]
        command += [f"--listen={port}", f"--to={to}", f"--seed={seed}", f"--mark={MARK}", f"--address={address}"]
        self._log = folder / f"proxy-{port}.log"
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, start_new_session=True
            )
        stack.callback(self._stop)
        self._answer()

    def weather(self, on: bool) -> None:
        self._command(weather=on)

    def hold(self) -> None:
        """Keeps back what clients send from now on."""
        self._command(hold=True)

    def let_new_ones_pass(self) -> None:
        """Connections made from now on are not held; the others still are."""
        self._command(hold_new=False)

    def release(self) -> None:
        """Delivers what was held back, whether its sender lives or not."""
        self._command(hold=False)

    def cut(self) -> None:
        self._command(cut=True)

    def part(self, ports: list[int]) -> None:
        """As if the network were down between the server and the clients at these ports, and no others."""
        self._command(part=ports)

    def ports(self) -> list[int]:
        """Of the clients."""
        return self._command(stats=True)["ports"]

    def held_bytes(self) -> int:
        return self._command(stats=True)["held_bytes"]

    def held_by_port(self) -> dict[int, int]:
        """How many bytes are held back, by the port that they were sent from."""
        return {int(port): count for port, count in self._command(stats=True)["held"].items()}

    def marks(self) -> int:
        """How many keys with the mark pipelines have sent so far."""
        return self._command(stats=True)["marks"]

    def happened(self) -> dict[str, int]:
        """How often connections have met each kind of fault."""
        stats = self._command(stats=True)
        return {kind: stats[kind] for kind in ("slow", "cut", "half") if kind in stats}

    def _command(self, **command: Any) -> dict[str, Any]:
        with self._lock:
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(command) + "\n")
            self._process.stdin.flush()
            return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise DemoError(f"The proxy has ended:\n{self._log.read_text()}")
        return json.loads(line)

    def _stop(self) -> None:
        self._process.kill()
        self._process.communicate()
