"""Logs of different lengths, with and without checkpoints: what a start, a first delete, status and verify cost, and memory."""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import shutil
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
BLOCK = 500  # Commits; the last of them compacts the files of the others.
WARM = 15.0  # Seconds a job runs before it is killed, or its memory is looked at.
LONG = 3600.0  # Seconds.


class Seed:
    """Commits that delta-rs has written: a block of appends that a compaction ends, then an append and a delete for each try."""

    def __init__(self, folder: Path, tries: int) -> None:
        self.folder = folder
        self.log = folder / "_delta_log"
        InteractionTable.create(folder)
        source = EventSource("b", seed=7)
        table = InteractionTable(folder)
        for number in range(1, BLOCK):
            users = [user_name(number * ROWS + i) for i in range(ROWS)]
            table.append([source.event(user, event_type="click") for user in users])
        handle = DeltaTable(str(folder))
        handle.optimize.compact()
        self.block = [self.commit(version) for version in range(1, handle.version() + 1)]
        self.tail: list[str] = []
        for number in range(tries):
            table = InteractionTable(folder)
            version = table.append([source.event(gone_user(number), event_type="click")]).version
            self.tail.append(self.commit(version))
            DeltaTable(str(folder)).delete(f"user_id = '{gone_user(number)}'")
            self.tail.append(self.commit(version + 1))

    def commit(self, version: int) -> str:
        return (self.log / f"{version:020d}.json").read_text()


def gone_user(number: int) -> str:
    return f"gone{number}"


def multiply(seed: Seed, folder: Path, commits: int) -> int:
    """
    A table of so many commits: the seed's block of them over and over, each time with other names of files. Its compaction
    takes out what the one before has made, too, which holds the same rows: so tables of any age have as many live files, and
    only these are there, as links to the seed's. Returns the last version.
    """
    log = folder / "_delta_log"
    log.mkdir(parents=True)
    (log / f"{0:020d}.json").write_text(seed.commit(0))
    compaction = seed.block[-1].splitlines()
    a_removal = next(line for line in compaction if '"remove":{' in line)
    made = [name for line in compaction for name in re.findall(r'"add":\{"path":"([^"]+)"', line)]
    version = 0
    repetitions = max(1, commits // len(seed.block))
    for repetition in range(repetitions):
        for number, commit in enumerate(seed.block):
            version += 1
            text = re.sub(r'"path":"([^"]+)"', rf'"path":"r{repetition}-\1"', commit)
            if number == len(seed.block) - 1 and repetition > 0:
                old = [re.sub(r'"path":"[^"]+"', f'"path":"r{repetition - 1}-{name}"', a_removal) for name in made]
                text = "\n".join([text.rstrip("\n"), *old]) + "\n"
            (log / f"{version:020d}.json").write_text(text)
    for name in made:
        os.link(seed.folder / name, folder / f"r{repetitions - 1}-{name}")
    for commit in seed.tail:
        for name in re.findall(r'"(?:add|cdc)":\{"path":"([^"]+)"', commit):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            os.link(seed.folder / name, folder / name)
    return version


class Table:
    """A table whose log grows by commits of the seed."""

    def __init__(self, folder: Path, seed: Seed, last: int) -> None:
        self.folder = folder
        self.version = last
        self._left = list(seed.tail)

    def commit(self) -> None:
        """The next commit; like a writer's, it is there as a whole or not at all."""
        self.version += 1
        log = self.folder / "_delta_log"
        unfinished = log / f".{self.version}.tmp"
        unfinished.write_text(self._left.pop(0))
        unfinished.rename(log / f"{self.version:020d}.json")


@dataclass(frozen=True)
class Took:
    """Seconds, and seconds of CPU of the process: these say something on a busy machine, too."""

    seconds: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.seconds:7.2f} s ({self.cpu:5.1f})"


class Stopwatch:
    """Starts with itself."""

    def __init__(self, pid: int | None = None) -> None:
        self._began = time.monotonic()
        self._cpu = cpu(pid) if pid else 0.0

    def took(self, pid: int) -> Took:
        return Took(time.monotonic() - self._began, cpu(pid) - self._cpu)


def cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Figures:
    """Of one log; memory in MB."""

    first_start: Took
    start: Took
    first_delete: Took
    next_delete: Took
    status: Took
    verify: Took
    live: float
    resident: float


def run(arguments: argparse.Namespace, table: Table, milvus: str, collection: str, folder: Path) -> Figures:
    vectors = UserVectors(milvus, collection)
    job = freshet(arguments, table.folder, milvus, collection, folder)
    command = ["--startingVersion=latest" if option.startswith("--startingVersion") else option for option in job.command]

    def started(name: str, running: contextlib.ExitStack) -> tuple[ChildProcess, Took]:
        """Until it follows the table, and the commit made then is searchable."""
        log = folder / f"{collection}-{name}.log"
        watch = Stopwatch()
        process = ChildProcess(job.name, command, log, running)
        process.wait_until("following", LONG, lambda: log.exists() and "freshet: following" in log.read_text(errors="replace"))
        table.commit()
        process.wait_until("the append", LONG, lambda: vectors.known_users([gone_user(started.tries)]) == 1)
        return process, watch.took(process.pid)

    def deleted(process: ChildProcess) -> Took:
        watch = Stopwatch(process.pid)
        table.commit()
        process.wait_until("the delete", LONG, lambda: vectors.known_users([gone_user(started.tries)]) == 0)
        started.tries += 1
        return watch.took(process.pid)

    started.tries = 0
    with contextlib.ExitStack() as running:
        process, first_start = started("first", running)
        kept = folder / f"ledger-{collection}"
        process.wait_until("what is kept of the table", LIMIT, lambda: any(kept.glob("table_*")))
        deleted(process)
        process.kill()
    with contextlib.ExitStack() as running:
        process, start = started("restart", running)
        first_delete = deleted(process)
        table.commit()
        process.wait_until("the append", LIMIT, lambda: vectors.known_users([gone_user(started.tries)]) == 1)
        next_delete = deleted(process)
        end = time.monotonic() + WARM
        wait_until("some time", WARM + 60, lambda: time.monotonic() >= end, step=0.1)
        histogram = subprocess.run([jdk("jcmd"), str(process.pid), "GC.class_histogram"], capture_output=True, text=True, check=True).stdout
        live = int(histogram.strip().splitlines()[-1].split()[2]) / 1e6
        resident = int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{process.pid}/status").read_text())[1]) / 1e3
        status = timed([arguments.launcher, "status", f"--ledger={folder / f'ledger-{collection}'}"])
        process.stop()
    options = [option for option in command[2:] if not option.startswith("--startingVersion")]
    verify = timed([arguments.launcher, "verify", *options])
    return Figures(first_start, start, first_delete, next_delete, status, verify, live, resident)


def timed(command: list[str]) -> Took:
    before, began = os.times(), time.monotonic()
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} ended with {result.returncode}: {result.stdout[-2000:]}{result.stderr[-2000:]}")
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return Took(time.monotonic() - began, used)


def age(arguments: argparse.Namespace, folder: Path, stack: contextlib.ExitStack) -> None:
    seed = Seed(folder / "seed", tries=4)
    milvus = start_milvus(arguments.milvus, folder, stack).url
    print(f"{arguments.runner}; seconds (and of CPU), each with the start of its JVM but for the deletes:")
    names = ("first start", "restart", "first delete", "next delete", "status", "verify")
    print("   commits  checkpoint" + "".join(f"{name:>19}" for name in names) + "  live objects  resident", flush=True)
    for commits in [int(text) for text in arguments.lengths.split(",")]:
        for checkpoint in (True, False):
            path = folder / f"table{commits}{checkpoint}"
            table = Table(path, seed, multiply(seed, path, commits))
            if checkpoint:
                DeltaTable(str(path)).create_checkpoint()
            made = run(arguments, table, milvus, f"age_{commits}_{'with' if checkpoint else 'without'}", folder)
            took = (made.first_start, made.start, made.first_delete, made.next_delete, made.status, made.verify)
            print(
                f"{table.version:10,}  {'yes' if checkpoint else 'no':>10}" + "".join(f"{str(each):>19}" for each in took)
                + f"  {made.live:9.1f} MB  {made.resident:5.0f} MB",
                flush=True,
            )
            shutil.rmtree(path)
