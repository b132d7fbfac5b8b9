import contextlib
import socket
import socketserver
import tempfile
import threading
import time
import unittest
from collections.abc import Callable
from pathlib import Path

import paths  # noqa: F401
from link import MARK, Link
from processes import free_port, wait_until


class Recorder(socketserver.ThreadingTCPServer):
    """Keeps what each connection has sent, and answers each byte with the same one in upper case."""

    daemon_threads = True

    def __init__(self) -> None:
        self.received: list[bytearray] = []
        self.sockets: list[socket.socket] = []
        super().__init__(("127.0.0.1", 0), None)  # type: ignore[arg-type]
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def finish_request(self, request: socket.socket, client_address: object) -> None:
        received = bytearray()
        self.received.append(received)
        self.sockets.append(request)
        with contextlib.suppress(OSError):
            while chunk := request.recv(1000):
                received += chunk
                request.sendall(chunk.upper())

    @property
    def port(self) -> int:
        return self.server_address[1]


class ProxyTest(unittest.TestCase):
    def setUp(self) -> None:
        self.stack = contextlib.ExitStack()
        self.addCleanup(self.stack.close)
        self.server = Recorder()
        self.stack.callback(self.server.server_close)
        self.stack.callback(self.server.shutdown)
        folder = self.stack.enter_context(tempfile.TemporaryDirectory())
        self.link = Link(Path(folder), free_port(), self.server.port, seed=1, stack=self.stack)

    def client(self) -> socket.socket:
        return self.stack.enter_context(socket.create_connection(("127.0.0.1", self.link.port), timeout=10))

    def received(self) -> bytes:
        return b"".join(bytes(each) for each in self.server.received)

    def wait(self, condition: Callable[[], bool]) -> None:
        wait_until("it", 10, condition, step=0.01)

    def test_bytes_pass_both_ways(self) -> None:
        client = self.client()
        client.sendall(b"abc")
        self.assertEqual(client.recv(10), b"ABC")

    def test_held_bytes_are_delivered_after_their_sender_is_gone(self) -> None:
        client = self.client()
        client.sendall(b"a")
        client.recv(1)
        self.link.hold()
        client.sendall(b"late")
        self.wait(lambda: self.link.held_bytes() == 4)
        client.close()
        time.sleep(0.2)
        self.assertEqual(self.received(), b"a")
        self.link.release()
        self.wait(lambda: self.received() == b"alate")

    def test_neither_side_of_a_parted_connection_hears_of_the_other_not_even_its_end(self) -> None:
        parted = self.client()
        parted.sendall(b"a")
        parted.recv(1)
        joined = self.client()
        self.link.part([parted.getsockname()[1]])
        parted.sendall(b"b")
        joined.sendall(b"c")
        self.assertEqual(joined.recv(1), b"C")
        self.server.sockets[0].shutdown(socket.SHUT_RDWR)
        parted.settimeout(0.3)
        with self.assertRaises(TimeoutError):
            parted.recv(1)
        parted.settimeout(10)
        self.assertEqual(self.received(), b"ac")
        self.link.part([])
        with self.assertRaises(ConnectionResetError):
            parted.recv(1)

    def test_new_connections_pass_while_those_of_the_dead_are_held(self) -> None:
        old = self.client()
        old.sendall(b"a")
        old.recv(1)
        self.link.hold()
        old.sendall(b"late")
        self.wait(lambda: self.link.held_bytes() == 4)
        old.close()
        self.link.let_new_ones_pass()
        new = self.client()
        new.sendall(b"new")
        self.assertEqual(new.recv(10), b"NEW")
        self.assertEqual(self.received(), b"anew")
        self.link.release()
        self.wait(lambda: self.received() == b"alatenew")

    def test_what_is_held_is_told_by_its_sender(self) -> None:
        self.link.hold()
        first, second = self.client(), self.client()
        first.sendall(b"ab")
        second.sendall(b"cde")
        self.wait(lambda: self.link.held_bytes() == 5)
        self.assertEqual(self.link.held_by_port(), {first.getsockname()[1]: 2, second.getsockname()[1]: 3})

    def test_marks_are_counted_in_what_clients_send(self) -> None:
        client = self.client()
        client.sendall(f"x{MARK}1 {MARK}2 {MARK[:-1]}".encode())
        self.wait(lambda: self.link.marks() == 2)

    def test_cut_resets_the_connection_and_loses_what_is_held(self) -> None:
        client = self.client()
        client.sendall(b"a")
        client.recv(1)
        self.link.hold()
        client.sendall(b"lost")
        self.wait(lambda: self.link.held_bytes() == 4)
        self.link.cut()
        with self.assertRaises(OSError):
            client.recv(1)
        self.link.release()
        time.sleep(0.2)
        self.assertEqual(self.received(), b"a")

    def test_weather_delays_cuts_and_half_delivers_but_never_reorders(self) -> None:
        self.link.weather(True)
        whole = b"".join(b"%06d" % number for number in range(30_000))
        for _ in range(40):
            if {"slow", "cut", "half"} <= self.link.happened().keys():
                break
            with contextlib.suppress(OSError), self.client() as client:
                for start in range(0, len(whole), 3_000):
                    client.sendall(whole[start : start + 3_000])
                    client.recv(100_000)
        self.assertLessEqual({"slow", "cut", "half"}, self.link.happened().keys())
        self.assertTrue(all(whole.startswith(received) for received in self.server.received))
        self.assertTrue(any(len(received) < len(whole) for received in self.server.received))

    def test_client_is_refused_while_the_server_is_away(self) -> None:
        folder = self.stack.enter_context(tempfile.TemporaryDirectory())
        link = Link(Path(folder), free_port(), free_port(), seed=1, stack=self.stack)
        with self.assertRaises(OSError), socket.create_connection(("127.0.0.1", link.port), timeout=10) as client:
            client.sendall(b"a")
            while client.recv(1):
                pass
            raise ConnectionResetError


if __name__ == "__main__":
    unittest.main()
