import subprocess
import sys
import tempfile
import threading
import unittest
from pathlib import Path
from unittest import mock

import paths  # noqa: F401
import faults  # noqa: I001
import spark
from diary import Diary
from faults import CLUSTER_FAULTS, ClusterLane, Course
from processes import DemoError, wait_until
from spark import EXECUTOR_CLASS, DriverPorts, Executor, Place, executors_below, java_options

# Plays an executor: it is known by its command line, and works without pause.
EXECUTOR = "import time\nwhile time.sleep(0.001) is None: sum(range(2_000))"


class ExecutorTest(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        command = [sys.executable, "-c", EXECUTOR, EXECUTOR_CLASS]
        (self.folder / "app").mkdir()
        self.process = subprocess.Popen(command, cwd=self.folder / "app")
        self.addCleanup(self.process.wait)
        self.addCleanup(self.process.kill)
        self.executor = Executor(self.process.pid)
        wait_until("start", 10, lambda: EXECUTOR_CLASS in Path(f"/proc/{self.process.pid}/cmdline").read_text())

    def test_executors_are_found_by_their_work_folder(self) -> None:
        self.assertEqual(executors_below(self.folder), [self.executor])
        self.assertEqual(executors_below(self.folder / "other"), [])

    def test_killed_executor_is_not_alive_although_nobody_has_waited_for_it(self) -> None:
        self.assertTrue(self.executor.is_alive())
        self.executor.kill()
        wait_until("its end", 10, lambda: not self.executor.is_alive())
        self.assertEqual(executors_below(self.folder), [])
        self.process.wait()
        self.executor.kill()
        self.assertEqual(self.executor.processor_ticks(), 0)

    def test_frozen_executor_works_on_when_it_is_continued(self) -> None:
        self.executor.freeze()
        wait_until("standstill", 10, lambda: spark._state_of(self.executor.pid) == "T")
        ticks = self.executor.processor_ticks()
        self.assertTrue(self.executor.is_alive())
        self.executor.thaw()
        wait_until("work", 10, lambda: self.executor.processor_ticks() > ticks)


class OptionsTest(unittest.TestCase):
    def test_settings_with_spaces_go_through_a_file_of_arguments(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            self.assertNotIn("@", java_options("local", Path(folder)))
            file = java_options("standalone", Path(folder)).rpartition("@")[2]
            text = Path(file).read_text()
        self.assertIn('"-Dspark.executor.extraJavaOptions=-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"\n', text)
        self.assertTrue(all(line.startswith('"-Dspark.') for line in text.splitlines()))

    def test_executors_look_for_their_driver_where_a_proxy_stands(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = java_options("standalone", Path(folder), DriverPorts(7001, 7002)).rpartition("@")[2]
            lines = Path(file).read_text().splitlines()
        self.assertIn('"-Dspark.driver.host=127.0.0.2"', lines)
        self.assertIn('"-Dspark.driver.bindAddress=127.0.0.1"', lines)
        self.assertIn('"-Dspark.driver.port=7001"', lines)
        self.assertIn('"-Dspark.driver.blockManager.port=7002"', lines)

    def test_place_is_told_by_options(self) -> None:
        self.assertEqual(Place("direct", None).options(), ("--runner=DirectRunner",))
        self.assertEqual(Place("local", None).options(), ("--runner=SparkRunner", "--sparkMaster=local[2]"))


class FakeExecutor:
    def __init__(self, commands: list[str]) -> None:
        self.pid = 1
        self._commands = commands

    def is_alive(self) -> bool:
        return True

    def kill(self) -> None:
        self._commands.append("kill executor")

    def freeze(self) -> None:
        self._commands.append("freeze executor")

    def thaw(self) -> None:
        self._commands.append("thaw executor")


class FakeServer:
    """A Worker's process."""

    def __init__(self, commands: list[str]) -> None:
        self.process = self
        self._commands = commands

    def kill(self) -> None:
        self._commands.append("kill worker")

    def restart(self) -> None:
        self._commands.append("restart worker")

    def freeze(self) -> None:
        self._commands.append("freeze worker")

    def thaw(self) -> None:
        self._commands.append("thaw worker")


class FakeWorker:
    def __init__(self, commands: list[str]) -> None:
        self.server = FakeServer(commands)
        self._executor = FakeExecutor(commands)

    def executors(self) -> list[FakeExecutor]:
        return [self._executor]

    def freeze(self) -> list[FakeExecutor]:
        self.server.freeze()
        self._executor.freeze()
        return self.executors()


class FakeCluster:
    """One machine; `gone` says that a part of it has ended by itself."""

    def __init__(self) -> None:
        self.commands: list[str] = []
        self.workers = [FakeWorker(self.commands)]
        self.gone = False

    def executors(self) -> list[FakeExecutor]:
        return self.workers[0].executors()

    def busy_workers(self) -> list[FakeWorker]:
        return self.workers

    def replace_master(self) -> None:
        self.commands.append("replace master")

    def check(self) -> None:
        if self.gone:
            raise DemoError("worker-1 ended")


class ClusterLaneTest(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        for name in ("EXECUTOR_FREEZE_SECONDS", "PAUSE_SECONDS", "WORK_SECONDS"):
            self.enterContext(mock.patch.object(faults, name, (0.1, 0.2)))
        self.cluster = FakeCluster()

    def play(self, seed: int = 1) -> ClusterLane:
        course = Course(seed, 0.0, len(CLUSTER_FAULTS), Diary(self.folder), threading.Event())
        lane = ClusterLane(self.cluster, course)
        lane.start()
        lane.join(60)
        self.assertFalse(lane.is_alive())
        return lane

    def test_every_kind_is_played_and_what_was_frozen_goes_on(self) -> None:
        lane = self.play()
        self.assertIsNone(lane.failure)
        self.assertEqual(lane.played, dict.fromkeys(CLUSTER_FAULTS, 1))
        commands = " ".join(self.cluster.commands)
        self.assertIn("kill worker restart worker", commands)
        self.assertIn("replace master", commands)
        self.assertIn("freeze worker freeze executor thaw executor thaw worker", commands)
        self.assertEqual(commands.count("freeze executor"), 2)
        self.assertEqual(commands.count("thaw executor"), 2)
        self.assertEqual(commands.count("kill executor"), 1)

    def test_worker_that_ends_by_itself_is_a_failure(self) -> None:
        self.cluster.gone = True
        self.assertEqual(str(self.play().failure), "worker-1 ended")

    def test_what_was_frozen_goes_on_when_the_round_ends(self) -> None:
        stop = threading.Event()
        with mock.patch.object(faults, "EXECUTOR_FREEZE_SECONDS", (600.0, 600.0)):
            lane = ClusterLane(self.cluster, Course(1, 600.0, 10, Diary(self.folder), stop))
            lane.start()
            wait_until("a freeze", 20, lambda: "freeze executor" in self.cluster.commands)
            stop.set()
            lane.join(20)
        self.assertIsNone(lane.failure)
        self.assertEqual(
            self.cluster.commands.count("freeze executor"), self.cluster.commands.count("thaw executor")
        )


if __name__ == "__main__":
    unittest.main()
