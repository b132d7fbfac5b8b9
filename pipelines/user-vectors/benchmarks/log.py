"""A table with a long log beside one with a short log: time to the first slice, cost of an idle poll, memory."""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shutil
import statistics
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from collection import UserVectors
from deltalake import DeltaTable
from interactions import EventSource, InteractionTable, user_name
from jobs import LIMIT, freshet, jdk
from processes import ChildProcess, wait_until
from servers import start_milvus

ROWS = 10  # Of a commit.
COMPACTED = 500  # Commits after which the table is compacted, so that both tables have as few files.
READ = 4  # Commits that are unread when the job starts.
WARM = 8.0  # Seconds after the first slice that do not count as idle.
IDLE = 15.0  # Seconds.


@dataclass(frozen=True)
class Figures:
    """Of one run."""

    first_slice: float
    """Seconds from the start of the process until the rows of the last commit are searchable."""
    idle_cpu: float
    """Share of a core."""
    idle_calls: float
    """Calls that read, a second."""
    resident: float
    """MB."""
    live: float
    """MB of objects after a full collection."""


def write(folder: Path, commits: int) -> None:
    """A table with so many commits. Older files of the log are out of delta-rs's way meanwhile: it lists them for each commit."""
    InteractionTable.create(folder)
    log, aside = folder / "_delta_log", folder.with_suffix(".aside")
    aside.mkdir()
    source = EventSource("b", seed=7)
    table = InteractionTable(folder)
    for number in range(1, commits):
        users = [user_name(number * ROWS + i) for i in range(ROWS)]
        version = table.append([source.event(user, event_type="click") for user in users]).version
        if version == commits - 1:
            break
        if number % COMPACTED == 0:
            handle = DeltaTable(str(folder))
            handle.optimize.compact()
            handle.create_checkpoint()
            for file in log.iterdir():
                if file.name[0].isdigit() and int(file.name[:20]) < handle.version():
                    file.rename(aside / file.name)
            table = InteractionTable(folder)
    for file in aside.iterdir():
        file.rename(log / file.name)
    aside.rmdir()


def last_user(table: Path) -> str:
    newest = InteractionTable(table)
    return next(iter(newest.newest_versions(newest.version())))


def run(arguments: argparse.Namespace, table: Path, milvus: str, collection: str, folder: Path) -> Figures:
    user, start = last_user(table), InteractionTable(table).version() + 1 - READ
    job = freshet(arguments, table, milvus, collection, folder)
    command = [f"--startingVersion={start}" if option.startswith("--startingVersion") else option for option in job.command]
    vectors = UserVectors(milvus, collection)
    with contextlib.ExitStack() as running:
        started = time.monotonic()
        process = ChildProcess(job.name, command, folder / f"{collection}.log", running)
        process.wait_until("the last commit in Milvus", LIMIT, lambda: vectors.known_users([user]) == 1)
        first_slice = time.monotonic() - started
        before = _after(WARM, process.pid)
        after = _after(IDLE, process.pid)
        seconds = after[0] - before[0]
        resident = int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())[1]) / 1e3
        return Figures(
            first_slice, (after[1] - before[1]) / seconds, (after[2] - before[2]) / seconds, resident, _live(process.pid)
        )


def _after(seconds: float, pid: int) -> tuple[float, float, int]:
    """Time, seconds of CPU, and calls that read of a process, after some time."""
    end = time.monotonic() + seconds
    wait_until("idle time", seconds + 60, lambda: time.monotonic() >= end, step=0.1)
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    cpu = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    calls = int(re.search(r"syscr: (\d+)", Path(f"/proc/{pid}/io").read_text())[1])
    return time.monotonic(), cpu, calls


def _live(pid: int) -> float:
    command = [jdk("jcmd"), str(pid), "GC.class_histogram"]
    histogram = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return int(histogram.strip().splitlines()[-1].split()[2]) / 1e6


def log(arguments: argparse.Namespace, folder: Path, stack: contextlib.ExitStack) -> None:
    sizes = [arguments.short, arguments.commits]
    for commits in sizes:
        started = time.monotonic()
        write(folder / f"table{commits}", commits)
        print(f"{commits:,} commits of {ROWS} rows written in {time.monotonic() - started:.0f} s", flush=True)
    milvus = start_milvus(arguments.milvus, folder, stack).url
    figures: dict[int, list[Figures]] = {commits: [] for commits in sizes}
    for number in range(arguments.rounds + 1):
        for commits in sizes:
            collection = f"log_{commits}_{number}"
            made = run(arguments, folder / f"table{commits}", milvus, collection, folder)
            shutil.rmtree(folder / f"ledger-{collection}")
            if number:  # The first of each warms the machine's caches.
                figures[commits].append(made)
    print(f"Medians of {arguments.rounds}, {arguments.runner}, {READ} commits unread:")
    print("   commits  first slice   idle CPU  idle reads/s  resident  live objects")
    for commits, runs in figures.items():
        print(
            f"{commits:10,}  {_median(runs, 'first_slice'):9.2f} s  {_median(runs, 'idle_cpu'):9.1%}"
            f"  {_median(runs, 'idle_calls'):12.0f}  {_median(runs, 'resident'):5.0f} MB  {_median(runs, 'live'):9.1f} MB"
        )


def _median(runs: list[Figures], name: str) -> float:
    return statistics.median(getattr(each, name) for each in runs)
