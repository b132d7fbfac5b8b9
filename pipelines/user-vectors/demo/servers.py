"""The servers of the demo, each on a free port of 127.0.0.1 with its files in the demo's folder."""

from __future__ import annotations

import contextlib
import shutil
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path

from processes import ChildProcess, free_port
from pymilvus import MilvusClient, MilvusException

START_LIMIT = 60.0


@dataclass(frozen=True)
class Server:
    """A running server and where it answers."""

    process: ChildProcess
    url: str


def start_milvus(folder: Path, stack: contextlib.ExitStack) -> Server:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    program = Path(sys.executable).parent / "milvus-lite"
    process = ChildProcess(
        "Milvus Lite",
        [str(program), "server", "--data-dir", str(folder / "milvus"), "--host", "127.0.0.1", "--port", str(port)],
        folder / "milvus.log",
        stack,
    )
    process.wait_until("start of Milvus Lite", START_LIMIT, lambda: _is_empty_milvus(url), step=0.2)
    return Server(process, url)


def start_pushgateway(folder: Path, stack: contextlib.ExitStack) -> Server | None:
    """None where it is not installed."""
    program = shutil.which("prometheus-pushgateway")
    if program is None:
        return None
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    # Without --persistence.file Debian's package writes to the folder of the system's own Pushgateway.
    process = ChildProcess(
        "Pushgateway",
        [program, f"--web.listen-address=127.0.0.1:{port}", "--persistence.file="],
        folder / "pushgateway.log",
        stack,
    )
    process.wait_until("start of the Pushgateway", START_LIMIT, lambda: _answers(f"{url}/-/ready"))
    return Server(process, url)


def start_prometheus(folder: Path, stack: contextlib.ExitStack, pushgateway: Server) -> Server | None:
    """Scrapes the Pushgateway as docs say: with honor_labels. None where it is not installed."""
    program = shutil.which("prometheus")
    if program is None:
        return None
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    config = folder / "prometheus.yml"
    config.write_text(prometheus_config(pushgateway.url))
    process = ChildProcess(
        "Prometheus",
        [
            program,
            f"--config.file={config}",
            f"--storage.tsdb.path={folder / 'prometheus'}",
            f"--web.listen-address=127.0.0.1:{port}",
        ],
        folder / "prometheus.log",
        stack,
    )
    process.wait_until("start of Prometheus", START_LIMIT, lambda: _answers(f"{url}/-/ready"))
    return Server(process, url)


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


def _is_empty_milvus(url: str) -> bool:
    """Two Milvus Lite servers can share a port without an error: one that is new has no collections."""
    try:
        client = MilvusClient(uri=url, timeout=5)
    except MilvusException:
        return False
    try:
        return client.list_collections() == []
    finally:
        client.close()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return response.status == 200
    except OSError:
        return False
