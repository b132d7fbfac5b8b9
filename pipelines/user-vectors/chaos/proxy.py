"""A TCP proxy that breaks connections: it delays, cuts, half-delivers, and holds back what a sender has sent.

python proxy.py --listen=PORT --to=PORT --seed=N [--mark=TEXT] [--address=127.0.0.2]

It runs in a process of its own, so that nothing else in the chaos test can slow it down. Commands come as lines of JSON
on its input, each answered by a line:

{"weather": true}    connections meet faults of their own, drawn from the seed: see Fate
{"weather": false}   connections are left alone again
{"hold": true}       what clients send is held back, of connections that are there and of new ones
{"hold_new": false}  connections made from now on are not held back
{"hold": false}      what is held back is delivered, also for clients that have died since; then all goes on
{"part": [40112]}    as if the network were down between the server and clients at these ports: neither side gets anything of the
                     other, not even its end; all that are not in the list are joined again
{"cut": true}        every connection is closed in mid-stream
{"stats": true}      nothing
The answer is what has happened so far: {"slow": 3, "cut": 2, "half": 1, "held_bytes": 0, "ports": [40112, 40114], "marks": 40,
"held": {"40112": 900}}: the ports of the clients, of the bytes that are held back also from which, and how often clients have
sent the text that is the mark.

No byte is kept for longer than MOST_SECONDS by the weather. What is held back by a command is kept until the next one.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import random
import signal
import socket
import sys
from collections import Counter
from dataclasses import dataclass
from typing import Any

CHUNK = 65536
MOST_SECONDS = 0.8
# A server that has been sent the bytes of a dead client needs the connection until it has acted on them.
AFTER_DELIVERY = 3.0


class Fate:
    """What becomes of a connection: for so many bytes nothing, then a fault; drawn anew after each slow stretch."""

    def __init__(self, chance: random.Random) -> None:
        self.clean = chance.choice([600, 6_000, 40_000])
        self.kind = chance.choices(["slow", "cut", "half"], [5, 2, 2])[0]
        self.delay = chance.uniform(0.02, MOST_SECONDS / 2)
        self.stretch = chance.choice([600, 6_000])
        self.kept = chance.uniform(0.1, MOST_SECONDS)
        self.passed = chance.random()


@dataclass(frozen=True)
class Meeting:
    """What a chunk meets: so much of it is passed on, so many seconds late; then the connection may be cut."""

    delay: float = 0.0
    passed: int = CHUNK
    cut_after: float | None = None


class Connection:
    """One client's connection and the one to the server that answers it."""

    def __init__(self, proxy: Proxy, client: Ends, server: Ends) -> None:
        self._proxy = proxy
        self._client = client
        self._server = server
        self._fate: Fate | None = None
        self._bytes = 0
        self._client_gone = False
        self.held_bytes = 0
        self.client_port = client.port
        self._released = asyncio.Event()
        self._released.set()
        self._joined = asyncio.Event()
        self._joined.set()

    async def run(self) -> None:
        ways = [
            asyncio.create_task(self._pass(self._client, self._server, requests=True)),
            asyncio.create_task(self._pass(self._server, self._client, requests=False)),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        # The bytes of a client that has died are delivered all the same.
        if self._client_gone and not self._server.is_closed():
            await self._server.idle(AFTER_DELIVERY)
        self.cut()
        await asyncio.wait(ways)

    def hold(self) -> None:
        self._released.clear()

    def release(self) -> None:
        self._released.set()

    def part(self, parted: bool) -> None:
        self._joined.clear() if parted else self._joined.set()

    def cut(self) -> None:
        """Closes both sides at once; what is on its way is lost, as the peers are told by a reset."""
        self._released.set()
        self._joined.set()
        self._client.reset()
        self._server.reset()

    async def _pass(self, source: Ends, sink: Ends, requests: bool) -> None:
        """Reads without pause and delivers each chunk at its time, so that no delay adds to another."""
        due: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        delivery = asyncio.create_task(self._deliver(due, sink, requests))
        loop = asyncio.get_running_loop()
        try:
            while chunk := await source.read():
                if requests:
                    self._proxy.look_for_mark(chunk)
                meeting = self._meet_fate(chunk) if requests and self._proxy.weather else Meeting()
                if requests and not self._released.is_set():
                    self.held_bytes += len(chunk)
                due.put_nowait((loop.time() + meeting.delay, chunk[: meeting.passed]))
                if meeting.cut_after is not None:
                    await asyncio.sleep(meeting.cut_after)
                    self.cut()
                    return
        except OSError:
            pass  # The peer's reset is an end as its end of file is.
        finally:
            self._client_gone = self._client_gone or requests
            due.put_nowait((loop.time(), b""))
            with contextlib.suppress(OSError):
                await delivery

    async def _deliver(self, due: asyncio.Queue[tuple[float, bytes]], sink: Ends, requests: bool) -> None:
        """An empty chunk is the end."""
        loop = asyncio.get_running_loop()
        while True:
            at, chunk = await due.get()
            await asyncio.sleep(at - loop.time())
            if requests:
                await self._released.wait()
                self.held_bytes = 0
            await self._joined.wait()
            if not chunk:
                return
            await sink.write(chunk)

    def _meet_fate(self, chunk: bytes) -> Meeting:
        if self._fate is None:
            self._fate = Fate(self._proxy.chance)
            self._bytes = 0
        fate = self._fate
        before = self._bytes
        self._bytes += len(chunk)
        if self._bytes < fate.clean:
            return Meeting()
        if before < fate.clean:
            self._proxy.happened[fate.kind] += 1
        if fate.kind == "cut":
            return Meeting(passed=0, cut_after=0.0)
        if fate.kind == "half":
            return Meeting(passed=max(1, int(len(chunk) * fate.passed)), cut_after=fate.kept)
        if self._bytes > fate.clean + fate.stretch:
            self._fate = None
        return Meeting(delay=fate.delay)


class Ends:
    """One socket."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._heard_at = 0.0

    @property
    def port(self) -> int:
        """The peer's."""
        return self._writer.transport.get_extra_info("peername")[1]

    async def read(self) -> bytes:
        chunk = await self._reader.read(CHUNK)
        self._heard_at = asyncio.get_running_loop().time()
        return chunk

    async def write(self, chunk: bytes) -> None:
        self._writer.write(chunk)
        await self._writer.drain()

    async def idle(self, seconds: float) -> None:
        """Returns when nothing has come for so long, or the socket is closed."""
        loop = asyncio.get_running_loop()
        self._heard_at = loop.time()
        while not self.is_closed() and loop.time() < self._heard_at + seconds:
            await asyncio.sleep(0.05)

    def is_closed(self) -> bool:
        return self._writer.is_closing() or self._reader.at_eof()

    def reset(self) -> None:
        if not self._writer.is_closing():
            transport = self._writer.transport
            transport.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0"
            )
            transport.abort()


class Proxy:
    def __init__(self, to: int, seed: int, mark: str = "") -> None:
        self._to = to
        self._mark = mark.encode()
        self._marks = 0
        self.chance = random.Random(f"proxy {seed}")
        self.weather = False
        self.happened: Counter[str] = Counter()
        self._holding = False
        self._connections: set[Connection] = set()

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = Ends(reader, writer)
        try:
            server = Ends(*await asyncio.open_connection("127.0.0.1", self._to))
        except OSError:
            client.reset()
            return
        connection = Connection(self, client, server)
        if self._holding:
            connection.hold()
        self._connections.add(connection)
        try:
            await connection.run()
        finally:
            self._connections.discard(connection)

    def look_for_mark(self, chunk: bytes) -> None:
        """One that is cut in two by the ends of chunks is not seen."""
        if self._mark:
            self._marks += chunk.count(self._mark)

    def command(self, command: dict[str, Any]) -> dict[str, Any]:
        for name, value in command.items():
            if name == "weather":
                self.weather = value
            elif name == "hold":
                self._holding = value
                for connection in self._connections:
                    connection.hold() if value else connection.release()
            elif name == "hold_new":
                self._holding = value
            elif name == "part":
                for connection in self._connections:
                    connection.part(connection.client_port in value)
            elif name == "cut":
                for connection in list(self._connections):
                    connection.cut()
            elif name != "stats":
                raise ValueError(f"unknown command {name}")
        held = {connection.client_port: connection.held_bytes for connection in self._connections if connection.held_bytes}
        return {
            **self.happened,
            "held_bytes": sum(held.values()),
            "held": held,
            "marks": self._marks,
            "ports": [connection.client_port for connection in self._connections],
        }


async def serve(address: str, listen: int, to: int, seed: int, mark: str) -> None:
    proxy = Proxy(to, seed, mark)
    server = await asyncio.start_server(proxy.accept, address, listen)
    commands = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    print("{}", flush=True)
    while line := await commands.readline():
        print(json.dumps(proxy.command(json.loads(line))), flush=True)
    server.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", default="127.0.0.1", help="to listen at")
    parser.add_argument("--listen", type=int, required=True)
    parser.add_argument("--to", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--mark", default="")
    options = parser.parse_args()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    asyncio.run(serve(options.address, options.listen, options.to, options.seed, options.mark))


if __name__ == "__main__":
    main()
