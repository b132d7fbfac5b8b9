"""Where the pipeline runs: in its own process, on Spark in its own process, or on a Spark cluster on this machine."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from processes import DemoError, free_port
from servers import Server

RUNNERS = ("direct", "local", "standalone")
WORKERS = 2
EXECUTOR_CLASS = "CoarseGrainedExecutorBackend"
PROC = Path("/proc")
# JVMs are started by the dozen and live for seconds: their start is what costs.
FAST_JVM = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
# An executor that is frozen for some seconds has to be given up, as one is in production after two minutes.
GIVEN_UP_SECONDS = 5
SPARK_SETTINGS = {
    "spark.executor.memory": "600m",
    "spark.executor.extraJavaOptions": " ".join(FAST_JVM),
    "spark.cores.max": str(WORKERS),
    "spark.executor.heartbeatInterval": "1s",
    "spark.storage.blockManagerHeartbeatTimeoutMs": f"{GIVEN_UP_SECONDS}s",
    "spark.network.timeoutInterval": "1s",
    # Who reads what a frozen executor has shuffled waits for it so often and so long: 4 x 120 s by Spark's defaults.
    "spark.shuffle.io.connectionTimeout": f"{GIVEN_UP_SECONDS}s",
    "spark.shuffle.io.maxRetries": "1",
    "spark.shuffle.io.retryWait": "1s",
}


# Another address of this machine: what listens there can pass on to the same port of 127.0.0.1.
BEFORE_THE_DRIVER = "127.0.0.2"


@dataclass(frozen=True)
class DriverPorts:
    """Where executors look for their driver: at a proxy before each of its ports."""

    scheduler: int
    blocks: int

    @classmethod
    def free(cls) -> DriverPorts:
        return cls(free_port(), free_port())

    def settings(self) -> dict[str, str]:
        return {
            "spark.driver.host": BEFORE_THE_DRIVER,
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.port": str(self.scheduler),
            "spark.driver.blockManager.port": str(self.blocks),
        }


def java_options(runner: str, folder: Path, driver: DriverPorts | None = None) -> str:
    """For FRESHET_JAVA_OPTS. What has spaces in it goes through a file of arguments."""
    options = ["-Xmx512m", *FAST_JVM]
    if runner == "standalone":
        settings = SPARK_SETTINGS | (driver.settings() if driver else {})
        file = folder / "java.options"
        file.write_text("".join(f'"-D{name}={value}"\n' for name, value in settings.items()))
        options.append(f"@{file}")
    return " ".join(options)


@dataclass(frozen=True)
class Executor:
    """A process of Spark that embeds and writes."""

    pid: int

    def is_alive(self) -> bool:
        return _state_of(self.pid) not in ("", "Z")

    def kill(self) -> None:
        self._signal(signal.SIGKILL)

    def freeze(self) -> None:
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal(signal.SIGCONT)

    def processor_ticks(self) -> int:
        """What it has used of the processor; 0 if it has ended."""
        fields = _stat_of(self.pid)
        return int(fields[11]) + int(fields[12]) if fields else 0

    def has_connection_from(self, port: int) -> bool:
        """Whether the port is that of one of its connections."""
        inodes = {f"socket:[{inode}]" for inode in _inodes_of(port)}
        with contextlib.suppress(OSError):  # It has ended.
            for descriptor in (PROC / str(self.pid) / "fd").iterdir():
                with contextlib.suppress(OSError):  # It was closed meanwhile.
                    if os.readlink(descriptor) in inodes:
                        return True
        return False

    def _signal(self, number: signal.Signals) -> None:
        """It may have ended meanwhile: its driver or its Worker does that to it."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)


def executors_below(folder: Path) -> list[Executor]:
    """Those that a Worker with this work folder has started, also after the Worker has been killed."""
    folder = folder.resolve()
    return [
        Executor(pid)
        for pid in _pids()
        if EXECUTOR_CLASS in _command_of(pid) and _folder_of(pid).is_relative_to(folder) and Executor(pid).is_alive()
    ]


def _pids() -> Iterator[int]:
    return (int(name) for name in os.listdir(PROC) if name.isdigit())


def _command_of(pid: int) -> str:
    with contextlib.suppress(OSError):
        return (PROC / str(pid) / "cmdline").read_text(errors="replace")
    return ""


def _folder_of(pid: int) -> Path:
    with contextlib.suppress(OSError):
        return Path(os.readlink(PROC / str(pid) / "cwd"))
    return Path("/")


def _stat_of(pid: int) -> list[str]:
    """The fields of proc(5) from the state on; empty if there is no such process."""
    with contextlib.suppress(OSError):
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return []


def _state_of(pid: int) -> str:
    return next(iter(_stat_of(pid)), "")


def _inodes_of(port: int) -> Iterator[str]:
    """Of the sockets whose own end has that port."""
    for name in ("tcp", "tcp6"):
        for line in (PROC / "net" / name).read_text().splitlines()[1:]:
            fields = line.split()
            if int(fields[1].rpartition(":")[2], 16) == port:
                yield fields[9]


class Worker:
    """A Worker, and the executors that it has started: one machine of a cluster."""

    def __init__(self, name: str, master: str, folder: Path, home: Path, stack: contextlib.ExitStack) -> None:
        self._folder = folder / name
        self._folder.mkdir()
        options = ["--cores", "1", "--memory", "1g", "--host", "127.0.0.1", "--webui-port", str(free_port())]
        command = spark_command(home, "worker.Worker", *options, "--work-dir", str(self._folder), master)
        self.server = Server(name, command, master, folder / f"{name}.log", stack)

    def executors(self) -> list[Executor]:
        return executors_below(self._folder)

    def freeze(self) -> list[Executor]:
        """As if its machine stood still. Returns the executors that it has frozen with itself."""
        self.server.process.freeze()
        executors = self.executors()
        for executor in executors:
            executor.freeze()
        return executors

    def clean(self) -> None:
        """Removes what ended applications have left: a copy of the jar for each executor."""
        for application in self._folder.iterdir():
            shutil.rmtree(application, ignore_errors=True)


class Cluster:
    """A master and two Workers with a core each."""

    def __init__(self, folder: Path, stack: contextlib.ExitStack) -> None:
        home = spark_home()
        self._folder = folder / "spark"
        self._folder.mkdir()
        # After the Workers have ended: an executor that was frozen outlives them.
        stack.callback(self._end_executors)
        port = free_port()
        self.url = f"spark://127.0.0.1:{port}"
        options = ["--host", "127.0.0.1", "--port", str(port), "--webui-port", str(free_port())]
        log = self._folder / "master.log"
        self.master = Server("Spark's master", spark_command(home, "master.Master", *options), self.url, log, stack)
        self.master.wait(lambda: "New state: ALIVE" in log.read_text(errors="replace"))
        self.workers = [
            Worker(f"worker-{number}", self.url, self._folder, home, stack) for number in range(1, WORKERS + 1)
        ]
        self.master.wait(lambda: log.read_text(errors="replace").count("Registering worker") >= WORKERS)

    def replace_master(self) -> None:
        """Another one at its address, which knows no application: the Workers end the executors of those that there are."""
        self.master.process.kill()
        self.master.restart()

    def executors(self) -> list[Executor]:
        return [executor for worker in self.workers for executor in worker.executors()]

    def busy_workers(self) -> list[Worker]:
        """Those with executors."""
        return [worker for worker in self.workers if worker.executors()]

    def check(self) -> None:
        """Fails if a part of it has ended by itself."""
        self.master.process.check()
        for worker in self.workers:
            worker.server.process.check()

    def clean(self) -> None:
        """When no pipeline uses it."""
        for worker in self.workers:
            worker.clean()

    def _end_executors(self) -> None:
        for executor in executors_below(self._folder):
            executor.kill()


def spark_home() -> Path:
    found = find_spec("pyspark")
    if found is None or found.origin is None:
        raise DemoError("--runner=standalone needs pyspark; ./freshet setup installs it")
    return Path(found.origin).parent


def spark_command(home: Path, role: str, *options: str) -> list[str]:
    """In the end it is the JVM that has the process id."""
    environment = {
        "SPARK_HOME": str(home),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_DAEMON_JAVA_OPTS": " ".join(FAST_JVM),
    }
    settings = [f"{name}={value}" for name, value in environment.items()]
    return ["env", *settings, str(home / "bin/spark-class"), f"org.apache.spark.deploy.{role}", *options]


@dataclass(frozen=True)
class Place:
    """Where pipelines run, and the options that say so."""

    runner: str
    cluster: Cluster | None

    @classmethod
    def start(cls, runner: str, folder: Path, stack: contextlib.ExitStack) -> Place:
        return cls(runner, Cluster(folder, stack) if runner == "standalone" else None)

    def options(self) -> tuple[str, ...]:
        if self.runner == "direct":
            return ("--runner=DirectRunner",)
        return ("--runner=SparkRunner", f"--sparkMaster={self.cluster.url if self.cluster else 'local[2]'}")
