"""A way between two processes, which the proxy can break: between pipeline and Milvus, or executors and driver."""

from __future__ import annotations

import contextlib
from pathlib import Path

from commanded import CommandedProcess


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
        options = [f"--listen={port}", f"--to={to}", f"--seed={seed}", f"--mark={MARK}", f"--address={address}"]
        self._proxy = CommandedProcess("The proxy", "proxy.py", options, folder / f"proxy-{port}.log", stack)

    def weather(self, on: bool) -> None:
        self._proxy.command(weather=on)

    def hold(self) -> None:
        """Keeps back what clients send from now on."""
        self._proxy.command(hold=True)

    def let_new_ones_pass(self) -> None:
        """Connections made from now on are not held; the others still are."""
        self._proxy.command(hold_new=False)

    def release(self) -> None:
        """Delivers what was held back, whether its sender lives or not."""
        self._proxy.command(hold=False)

    def cut(self) -> None:
        self._proxy.command(cut=True)

    def part(self, ports: list[int]) -> None:
        """As if the network were down between the server and the clients at these ports, and no others."""
        self._proxy.command(part=ports)

    def ports(self) -> list[int]:
        """Of the clients."""
        return self._proxy.command(stats=True)["ports"]

    def held_bytes(self) -> int:
        return self._proxy.command(stats=True)["held_bytes"]

    def held_by_port(self) -> dict[int, int]:
        """How many bytes are held back, by the port that they were sent from."""
        return {int(port): count for port, count in self._proxy.command(stats=True)["held"].items()}

    def marks(self) -> int:
        """How many keys with the mark pipelines have sent so far."""
        return self._proxy.command(stats=True)["marks"]

    def happened(self) -> dict[str, int]:
        """How often connections have met each kind of fault."""
        stats = self._proxy.command(stats=True)
        return {kind: stats[kind] for kind in ("slow", "cut", "half") if kind in stats}
