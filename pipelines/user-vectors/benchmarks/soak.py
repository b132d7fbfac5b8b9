"""Very many slices in one process: what has grown after a tenth, half and all of them."""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import statistics
import subprocess
import time
from dataclasses import dataclass, fields
from pathlib import Path

from collection import UserVectors
from deltalake import DeltaTable
from interactions import EventSource, InteractionTable, user_name
from jobs import freshet, jdk
from processes import ChildProcess
from servers import start_milvus

USERS = 500  # Few, and the same ones: what grows shall be the pipeline, not the collection.
ROWS = 10  # Of a commit: as many slices.
MARKS = (0.1, 0.5, 1.0)
PROBES = 20  # Commits by which freshness is measured.
COMPACTED = 500  # Commits after which delta-rs gets a checkpoint to start from.
EACH = 15.0  # Seconds that a slice may take on a busy machine before the soak gives up.


@dataclass(frozen=True)
class Figures:
    """At one mark."""

    slices: int
    heap_mb: float
    """Live objects after a full collection."""
    classes: int
    threads: int
    files_open: int
    ledger_files: int
    ledger_kb: float
    """With checkpoints of the runner."""
    temp_kb: float
    rss_mb: float
    cpu_ms: float
    """A slice, since the mark before."""
    freshness_s: float
    """From a commit to its being searchable, median."""


def soak(arguments: argparse.Namespace, folder: Path, stack: contextlib.ExitStack) -> None:
    milvus = start_milvus(arguments.milvus, folder, stack).url
    table = Table(folder / "table")
    temp = folder / "tmp"
    temp.mkdir()
    # After each of these the graph is renewed; what it holds until then is not what grows.
    renewed_after = arguments.renew_after or max(1, arguments.slices // 10)
    java = os.environ.get("FRESHET_JAVA_OPTS", "-Xmx2g -XX:+UseG1GC")
    os.environ["FRESHET_JAVA_OPTS"] = f"{java} -Djava.io.tmpdir={temp} -Dfreshet.renewAfterSlices={renewed_after}"
    job = freshet(arguments, table.folder, milvus, "soak", folder)
    command = [*job.command, "--maxSliceRows=1"]
    ledger = folder / "ledger-soak"
    vectors = UserVectors(milvus, "soak")
    table.append(ROWS)
    process = ChildProcess(job.name, command, folder / "freshet.log", stack)
    process.wait_until("the first slices", 300, lambda: done_slices(ledger) >= ROWS)
    live_heap_mb(process.pid)  # The first look starts a thread that stays.
    print(f"{arguments.runner}, one row a slice, the graph renewed after {renewed_after:,} slices", flush=True)
    print("  ".join(f"{field.name:>12}" for field in fields(Figures)), flush=True)
    rows: list[Figures] = []
    cpu, before = cpu_seconds(process.pid), done_slices(ledger)
    started = time.monotonic()
    for mark in MARKS:
        wanted = int(arguments.slices * mark)
        while table.rows < wanted:
            table.append(ROWS)
        process.wait_until(f"slice {wanted:,}", EACH * arguments.slices, lambda wanted=wanted: done_slices(ledger) >= wanted, step=0.2)
        now, at = cpu_seconds(process.pid), done_slices(ledger)
        freshness = statistics.median(probe(table, vectors, process) for _ in range(PROBES))
        made = Figures(
            at,
            live_heap_mb(process.pid),
            loaded_classes(process.pid),
            len(os.listdir(f"/proc/{process.pid}/task")),
            len(os.listdir(f"/proc/{process.pid}/fd")),
            len(list(ledger.iterdir())),
            size_kb(ledger),
            size_kb(temp),
            int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())[1]) / 1e3,
            (now - cpu) / max(1, at - before) * 1e3,
            freshness,
        )
        rows.append(made)
        tell(made, rows[0])
        cpu, before = cpu_seconds(process.pid), done_slices(ledger)
    seconds = time.monotonic() - started
    renewals = process.log.read_text(errors="replace").count("freshet: renewed the graph")
    status = process.stop()
    print(f"{done_slices(ledger):,} slices in {seconds:.0f} s, {renewals} renewals; ended with status {status}")
    wrong = table.rows - rows_done(ledger)
    print(f"rows without an outcome, or with two: {wrong}; rows in the temporary folder afterwards: {size_kb(temp):.0f} kB")


class Table:
    """The table: commits of one row for each slice."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows = 0
        self._source = EventSource("s", seed=7)
        self._table = InteractionTable.create(folder)

    def append(self, rows: int) -> tuple[str, int, float]:
        """The last user of the commit, its version and when it was made."""
        users = [user_name((self.rows + i) % USERS) for i in range(rows)]
        self.rows += rows
        commit = self._table.append([self._source.event(user, event_type="click") for user in users])
        if commit.version % COMPACTED == 0:
            DeltaTable(str(self.folder)).create_checkpoint()
            self._table = InteractionTable(self.folder)
        return users[-1], commit.version, commit.committed_at


def probe(table: Table, vectors: UserVectors, process: ChildProcess) -> float:
    user, version, committed_at = table.append(1)
    process.wait_until("a commit", 120, lambda: vectors.commit_versions([user]).get(user, -1) >= version, step=0.005)
    return time.time() - committed_at


def done(ledger: Path) -> Path | None:
    names = sorted(file.name for file in ledger.glob("*_done_*")) if ledger.exists() else []
    return ledger / names[-1] if names else None


def done_slices(ledger: Path) -> int:
    newest = done(ledger)
    return int(newest.name.partition("_")[0]) if newest else 0


def rows_done(ledger: Path) -> int:
    import json

    totals = json.loads(done(ledger).read_text().splitlines()[0])["totals"]
    return totals["written"] + totals["deleted"] + sum(totals["skipped"].values())


def tell(made: Figures, first: Figures) -> None:
    values = [getattr(made, field.name) for field in fields(Figures)]
    print("  ".join(f"{value:>12,.2f}" if isinstance(value, float) else f"{value:>12,}" for value in values), flush=True)
    if made is not first:
        ratios = [getattr(made, field.name) / (getattr(first, field.name) or 1) for field in fields(Figures)]
        print("  ".join(f"{ratio:>11.2f}x" for ratio in ratios), flush=True)


def live_heap_mb(pid: int) -> float:
    histogram = jcmd(pid, "GC.class_histogram")
    return int(histogram.strip().splitlines()[-1].split()[2]) / 1e6


def loaded_classes(pid: int) -> int:
    counters = jcmd(pid, "PerfCounter.print")

    def counter(name: str) -> int:
        return int(re.search(rf"^{re.escape(name)}=(\d+)", counters, re.MULTILINE)[1])

    return counter("java.cls.loadedClasses") - counter("java.cls.unloadedClasses")


def jcmd(pid: int, command: str) -> str:
    return subprocess.run([jdk("jcmd"), str(pid), command], capture_output=True, text=True, check=True).stdout


def cpu_seconds(pid: int) -> float:
    times = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK")


def size_kb(folder: Path) -> float:
    sizes = 0
    for path, _, files in os.walk(folder):
        for name in files:
            with contextlib.suppress(FileNotFoundError):  # Files come and go.
                sizes += os.stat(os.path.join(path, name)).st_size
    return sizes / 1e3
