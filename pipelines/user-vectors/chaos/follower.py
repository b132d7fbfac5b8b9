"""The pipeline under test. What starts it stands here alone, so that another runner is a matter of one line."""

from __future__ import annotations

import contextlib
import os
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

from ailments import MachineClock
from judge import Totals
from processes import ChildProcess, DemoError, wait_until

FOLLOWING = "freshet: following"
# It has taken the ledger, and waits for its runner, which may have to wait for another one's executors.
STARTING = "freshet: starting"
TAKEN = "Another pipeline has taken the ledger"
REFUSED = "error (ledger_in_use)"
LEASE_SECONDS = 3.0
SETTLE_SECONDS = 2.0
STOP_LIMIT = 10.0
# A process whose disk is full still says what it does: another one writes its log.
TO_A_PIPE = ("bash", "-c", 'exec "$@" > >(exec cat) 2>&1', "bash")
LOG_LIMIT = 5.0
COMMAND_LIMIT = 120.0


@dataclass(frozen=True)
class Setting:
    """What a pipeline works on, and how."""

    launcher: Path
    folder: Path
    milvus: str
    collection: str
    keys: str
    pushgateway: str | None
    settle: float = SETTLE_SECONDS
    lease: float = LEASE_SECONDS
    runner: tuple[str, ...] = ("--runner=DirectRunner",)
    most_slice_rows: int = 100
    keeps_ledger: bool = True
    more: tuple[str, ...] = ()
    clock: MachineClock | None = None

    @property
    def table(self) -> Path:
        return self.folder / "table"

    def options(self, ledger: Path, milvus: str, first: bool) -> list[str]:
        options = [
            *self.runner,
            f"--table={self.table}",
            f"--ledger={ledger}",
            f"--milvusUri={milvus}",
            f"--collection={self.collection}",
            f"--keys={self.keys}",
            "--orderColumn=seq",
            f"--lease={self.lease:.0f}s",
            f"--settle={self.settle * 1000:.0f}ms",
            f"--maxSliceRows={self.most_slice_rows}",
            "--jobName=chaos",
            *self.more,
        ]
        options.append("--startingVersion=0" if first or self.keeps_ledger else "--startingVersion=latest")
        if not self.keeps_ledger:
            options.append("--adoptCollection=true")
        if self.pushgateway:
            options.append(f"--pushgateway={self.pushgateway}")
        return options


class Follower:
    """The pipeline that is meant to run, in one process after another. `process` is the one that owns the ledger."""

    def __init__(self, setting: Setting, direct_milvus: str, stack: contextlib.ExitStack) -> None:
        self.setting = setting
        self._direct_milvus = direct_milvus
        self._stack = stack
        self._started = 0
        self.process = self.start_another()

    @property
    def ledger(self) -> Path:
        """Without a ledger that is kept, each start has its own."""
        return self.setting.folder / ("ledger" if self.setting.keeps_ledger else f"ledger-{self._started}")

    def start_another(self) -> ChildProcess:
        """One more pipeline beside that which runs."""
        self._started += 1
        setting = self.setting
        options = setting.options(self.ledger, setting.milvus, first=self._started == 1)
        log = setting.folder / f"pipeline-{self._started}.log"
        environment = setting.clock.environment() if setting.clock else {}
        command = ["env", *(f"{name}={value}" for name, value in environment.items())] if environment else []
        command += [str(setting.launcher), "run", *options]
        return ChildProcess(f"pipeline {self._started}", [*TO_A_PIPE, *command], log, self._stack)

    def kill_and_restart(self) -> None:
        self.process.kill()
        self.process = self.start_another()

    def status(self) -> Totals | None:
        done = self._run("status", f"--ledger={self.ledger}")
        if done.returncode != 0:
            raise DemoError(f"freshet status ended with {done.returncode}: {done.stdout}{done.stderr}")
        return Totals.parse(done.stdout)

    def slices_done(self) -> int:
        """By the names of the ledger's files (docs/ledger.md): only to choose the moment of a fault."""
        done = [name.split("_")[0] for name in os.listdir(self.ledger) if "_done_" in name] if self.ledger.exists() else []
        return int(max(done, default="-1"))

    def seems_done(self) -> bool:
        """What the pipeline itself said last: only to choose the moment to ask its ledger."""
        said = self.process.log.read_text(errors="replace").splitlines()
        return bool(said) and " 0 commits behind" in said[-1]

    def verify(self, *more: str) -> subprocess.CompletedProcess[str]:
        """On the DirectRunner, and not through the proxy."""
        setting = replace(self.setting, runner=Setting.runner)
        return self._run("verify", *setting.options(self.ledger, self._direct_milvus, first=True), *more)

    def stop(self) -> None:
        """SIGTERM; a DemoError if it does not end cleanly."""
        self.process.check()
        status = self.process.stop(STOP_LIMIT)
        if status != 0:
            raise DemoError(f"{self.process.name} ended with status {status} after SIGTERM:\n{self.process.tail()}")

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.setting.launcher), *arguments], capture_output=True, text=True, timeout=COMMAND_LIMIT, check=False
        )


def says(process: ChildProcess, text: str) -> bool:
    return text in process.log.read_text(errors="replace")


def expect_end(process: ChildProcess, text: str) -> None:
    """A pipeline that has ended must have done so with status 1 and that text."""
    if process.status == 1:
        with contextlib.suppress(DemoError):
            wait_until(text, LOG_LIMIT, lambda: says(process, text))
    if process.status != 1 or not says(process, text):
        raise DemoError(f"{process.name} ended with status {process.status}, not 1 and {text!r}:\n{process.tail()}")
