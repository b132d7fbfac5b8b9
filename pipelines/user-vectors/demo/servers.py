"""The servers of demo, benchmarks and chaos test, each on free ports of 127.0.0.1 with its files in the caller's folder."""

from __future__ import annotations

import contextlib
import shutil
import sys
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path

import grpc
from processes import ChildProcess, free_port
from pymilvus import MilvusClient, MilvusException

START_LIMIT = 60.0


class Server:
    """A server and where it answers. It can be killed and comes back with its data, where it was."""

    def __init__(
        self, name: str, command: Sequence[str], url: str, log: Path, stack: contextlib.ExitStack
    ) -> None:
        self.url = url
        self._name = name
        self._command = list(command)
        self._log = log
        self._stack = stack
        self.process = self._start()

    def wait(self, is_up: Callable[[], bool]) -> Server:
        """Returns itself once it is up, and fails at once if it ends."""
        self.process.wait_until(f"start of {self._name}", START_LIMIT, is_up, step=0.1)
        return self

    def restart(self) -> None:
        """Starts it again after its process has been killed; does not wait until it answers."""
        self.process = self._start()

    def _start(self) -> ChildProcess:
        return ChildProcess(self._name, self._command, self._log, self._stack)


def start_milvus(kind: str, folder: Path, stack: contextlib.ExitStack) -> Server:
    """A Milvus with its data in the folder. Kinds: "lite", and "2.3.5", the standalone one that only tests install."""
    return MILVUS[kind](folder, stack)


def is_serving_milvus(url: str) -> bool:
    """Whether a Milvus answers calls there."""
    return _collections(url) is not None


def _start_milvus_lite(folder: Path, stack: contextlib.ExitStack) -> Server:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    program = Path(sys.executable).parent / "milvus-lite"
    command = [str(program), "server", "--data-dir", str(folder / "milvus"), "--host", "127.0.0.1", "--port", str(port)]
    server = Server("Milvus Lite", command, url, folder / "milvus.log", stack)
    # Two of them can share a port without an error: one that is new has no collections.
    return server.wait(lambda: _collections(url) == [])


def _start_milvus_standalone(folder: Path, stack: contextlib.ExitStack) -> Server:
    port, health_port = free_port(), free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, str(STANDALONE), str(folder / "milvus"), str(port), str(health_port)]
    server = Server("Milvus 2.3.5", command, url, folder / "milvus.log", stack)
    return server.wait(lambda: _answers(f"http://127.0.0.1:{health_port}/healthz") and is_serving_milvus(url))


STANDALONE = Path(__file__).parents[3] / "src/testing/src/main/python/milvus_standalone.py"
MILVUS = {"lite": _start_milvus_lite, "2.3.5": _start_milvus_standalone}


def start_pushgateway(folder: Path, stack: contextlib.ExitStack) -> Server | None:
    """None where it is not installed."""
    program = shutil.which("prometheus-pushgateway")
    if program is None:
        return None
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    # Without --persistence.file Debian's package writes to the folder of the system's own Pushgateway.
    command = [program, f"--web.listen-address=127.0.0.1:{port}", "--persistence.file="]
    server = Server("Pushgateway", command, url, folder / "pushgateway.log", stack)
    return server.wait(lambda: _answers(f"{url}/-/ready"))


def start_prometheus(folder: Path, stack: contextlib.ExitStack, pushgateway: Server) -> Server | None:
    """Scrapes the Pushgateway as docs say: with honor_labels. None where it is not installed."""
    program = shutil.which("prometheus")
    if program is None:
        return None
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    config = folder / "prometheus.yml"
    config.write_text(prometheus_config(pushgateway.url))
    command = [
        program,
        f"--config.file={config}",
        f"--storage.tsdb.path={folder / 'prometheus'}",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    server = Server("Prometheus", command, url, folder / "prometheus.log", stack)
    return server.wait(lambda: _answers(f"{url}/-/ready"))


def prometheus_config(pushgateway_url: str) -> str:
    target = pushgateway_url.removeprefix("http://")
    return (
        "global:\n"
        "  scrape_interval: 2s\n"
        "scrape_configs:\n"
        "  - job_name: pushgateway\n"
        "    honor_labels: true\n"
        "    static_configs:\n"
        f"      - targets: ['{target}']\n"
    )


def _collections(url: str) -> list[str] | None:
    """None if no Milvus answers."""
    try:
        client = MilvusClient(uri=url, timeout=5, dedicated=True)  # A shared one is not closed and pings for ever.
    except MilvusException:
        return None
    try:
        return client.list_collections(timeout=5)
    except (MilvusException, grpc.RpcError):
        return None
    finally:
        client.close()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return response.status == 200
    except OSError:
        return False
