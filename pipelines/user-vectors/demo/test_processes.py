import contextlib
import signal
import sys
import tempfile
import time
import unittest
from pathlib import Path

from pipeline import Pipeline, ProgressRelay, is_progress, run_options
from processes import ChildProcess, DemoError, wait_until


class ProcessTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.stack = contextlib.ExitStack()
        self.addCleanup(self.stack.close)

    def python(self, code: str) -> ChildProcess:
        return ChildProcess("child", [sys.executable, "-c", code], self.folder / "log", self.stack)

    def launcher(self, code: str) -> Pipeline:
        script = self.folder / "freshet"
        script.write_text(f"#!{sys.executable}\n{code}")
        script.chmod(0o755)
        pipeline = Pipeline(str(script), ["--a=b"], self.folder / "log", self.stack)
        pipeline.process.wait_until("start", 10, lambda: "up" in pipeline.process.tail())
        return pipeline


class ChildProcessTest(ProcessTest):
    def test_stop_ends_a_child_by_sigterm(self) -> None:
        child = self.python("import time; time.sleep(60)")
        self.assertEqual(child.stop(), -signal.SIGTERM)
        self.assertEqual(child.stop(), -signal.SIGTERM)

    def test_child_that_ignores_sigterm_is_killed(self) -> None:
        child = self.python(
            "import signal, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(60)"
        )
        child.wait_until("start", 10, lambda: "up" in child.tail())
        self.assertEqual(child.stop(limit=0.2), -signal.SIGKILL)

    def test_child_is_killed_at_once(self) -> None:
        child = self.python("import time; time.sleep(60)")
        self.assertIsNone(child.status)
        child.kill()
        self.assertEqual(child.status, -signal.SIGKILL)

    def test_frozen_child_does_nothing_until_it_is_thawed(self) -> None:
        child = self.python("import time\nfor n in range(10**6): print(n, flush=True); time.sleep(0.01)")
        child.wait_until("start", 10, lambda: "1" in child.tail())
        child.freeze()
        wait_until("standstill", 10, lambda: self.is_still(child))
        child.thaw()
        wait_until("movement", 10, lambda: not self.is_still(child))

    def is_still(self, child: ChildProcess) -> bool:
        before = child.tail()
        time.sleep(0.1)
        return child.tail() == before

    def test_frozen_child_is_stopped_by_sigterm(self) -> None:
        child = self.python("import time; time.sleep(60)")
        child.freeze()
        self.assertEqual(child.stop(limit=30), -signal.SIGTERM)

    def test_unwinding_the_stack_stops_the_child(self) -> None:
        child = self.python("import time; time.sleep(60)")
        self.stack.close()
        with self.assertRaises(DemoError):
            child.check()

    def test_waiting_fails_at_once_with_the_log_when_the_child_ends(self) -> None:
        child = self.python("print('no such table'); raise SystemExit(3)")
        with self.assertRaisesRegex(DemoError, r"(?s)child ended with status 3.*no such table"):
            child.wait_until("never", 60, lambda: False)

    def test_waiting_says_what_did_not_come(self) -> None:
        with self.assertRaisesRegex(DemoError, "the moon: not within 0 s"):
            wait_until("the moon", 0.0, lambda: False)


class PipelineTest(ProcessTest):
    def test_stop_takes_status_0_for_clean(self) -> None:
        pipeline = self.launcher(
            "import signal, sys\nsignal.signal(15, lambda *_: sys.exit(0))\n"
            "print('up', sys.argv[1:], flush=True)\nsignal.pause()"
        )
        self.assertIn("['run', '--a=b']", pipeline.process.tail())
        pipeline.stop()

    def test_stop_fails_on_any_other_status(self) -> None:
        pipeline = self.launcher("import time\nprint('up', flush=True)\ntime.sleep(60)")
        with self.assertRaisesRegex(DemoError, "status -15"):
            pipeline.stop()

    def test_stop_fails_if_the_pipeline_had_ended_before(self) -> None:
        pipeline = self.launcher("import time\nprint('up', flush=True)\ntime.sleep(0.5)")
        with self.assertRaises(DemoError):
            pipeline.process.wait_until("its end", 10, lambda: False)
        with self.assertRaisesRegex(DemoError, "ended with status 0"):
            pipeline.stop()

    def test_relay_shows_progress_and_nothing_else(self) -> None:
        log = self.folder / "progress"
        shown: list[str] = []
        log.write_text("WARN something\nfreshet: 1 rows  1 rows/s\nfreshet: 2 rows  2 rows/s\nfreshet: cut")
        relay = ProgressRelay(log, shown.append, every=0.0)
        relay.start()
        self.addCleanup(relay.stop)
        with log.open("a") as more:
            more.write(" short rows/s\n")
        wait_until("third line", 10, lambda: len(shown) == 3)
        self.assertEqual(shown, ["freshet: 1 rows  1 rows/s", "freshet: 2 rows  2 rows/s", "freshet: cut short rows/s"])

    def test_relay_keeps_its_pace(self) -> None:
        log = self.folder / "progress"
        shown: list[str] = []
        log.write_text("freshet: 1 rows  1 rows/s\nfreshet: 2 rows  2 rows/s\n")
        relay = ProgressRelay(log, shown.append, every=60.0)
        relay.start()
        relay.stop()
        self.assertEqual(shown, ["freshet: 1 rows  1 rows/s"])

    def test_only_progress_lines_are_progress(self) -> None:
        self.assertTrue(is_progress("freshet: 12,300 rows  4,100 rows/s  freshness 0.31 s"))
        self.assertFalse(is_progress("freshet: building 1/9"))
        self.assertFalse(is_progress("WARN 3 rows/s"))

    def test_run_options_leave_out_a_pushgateway_that_is_not_there(self) -> None:
        without = run_options("t", "l", "m", "c", None, "j")
        self.assertFalse([option for option in without if "pushgateway" in option])
        self.assertIn("--pushgateway=http://p", run_options("t", "l", "m", "c", "http://p", "j"))


if __name__ == "__main__":
    unittest.main()
