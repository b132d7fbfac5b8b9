import contextlib
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import paths  # noqa: F401
from ailments import MachineClock, disk_full, no_more_files

# Does what it is told by a line, and says how it went.
PROGRAM = """
import pathlib, sys, time
for line in sys.stdin:
    try:
        if line == "write\\n":
            pathlib.Path(sys.argv[1]).write_text("x")
            print("done", flush=True)
        elif line == "read\\n":
            print(len(pathlib.Path(sys.argv[0]).read_text()) > 0 and "done", flush=True)
        else:
            print(time.time(), time.monotonic(), flush=True)
    except OSError as failure:
        print(type(failure).__name__, failure.errno, flush=True)
"""


WAITS = """
public class Waits {
  public static synchronized void main(String[] arguments) throws Exception {
    for (int i = 0; i < 20; i++) {
      Waits.class.wait(100);
    }
  }
}
"""


class AilmentsTest(unittest.TestCase):
    def setUp(self) -> None:
        self.stack = contextlib.ExitStack()
        self.addCleanup(self.stack.close)
        self.folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        (self.folder / "program.py").write_text(PROGRAM)

    def start(self, environment: dict[str, str] | None = None) -> subprocess.Popen[str]:
        settings = [f"{name}={value}" for name, value in (environment or {}).items()]
        command = ["env", *settings, sys.executable, str(self.folder / "program.py"), str(self.folder / "file")]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.stack.callback(process.communicate)
        self.stack.callback(process.kill)
        return process

    @staticmethod
    def ask(process: subprocess.Popen[str], what: str) -> str:
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(what + "\n")
        process.stdin.flush()
        return process.stdout.readline().strip()

    def test_full_disk_takes_names_and_no_bytes_until_there_is_room(self) -> None:
        process = self.start()
        self.assertEqual(self.ask(process, "write"), "done")
        with disk_full([process.pid]):
            self.assertIn("OSError 27", self.ask(process, "write"))
            self.assertEqual((self.folder / "file").stat().st_size, 0)
            self.assertEqual(self.ask(process, "read"), "done")
        self.assertEqual(self.ask(process, "write"), "done")

    def test_process_without_files_cannot_look_at_what_is_there(self) -> None:
        process = self.start()
        self.assertEqual(self.ask(process, "read"), "done")
        with no_more_files([process.pid]):
            self.assertIn("OSError 24", self.ask(process, "read"))
        self.assertEqual(self.ask(process, "read"), "done")

    def test_process_that_has_ended_is_let_be(self) -> None:
        process = self.start()
        with disk_full([process.pid]):
            process.kill()
            process.wait()
        with disk_full([process.pid]):
            pass

    def test_clock_steps_both_ways_while_the_monotonic_one_goes_on(self) -> None:
        clock = MachineClock(self.folder)
        process = self.start(clock.environment())
        begun = self.clocks(process)
        for ahead in (3600, -7205, 0):
            clock.set(ahead)
            end = time.monotonic() + 20
            while abs(self.clocks(process)[0] - time.time() - ahead) > 2:
                self.assertLess(time.monotonic(), end)
                time.sleep(0.1)
        self.assertLess(self.clocks(process)[1] - begun[1], 60)
        self.assertGreater(self.clocks(process)[1], begun[1])

    def test_jvm_whose_clock_is_set_waits_as_long_as_ever(self) -> None:
        clock = MachineClock(self.folder)
        clock.set(3600)
        (self.folder / "Waits.java").write_text(WAITS)
        settings = [f"{name}={value}" for name, value in clock.environment().items()]
        subprocess.run(["javac", "Waits.java"], cwd=self.folder, check=True)
        begun = time.monotonic()
        subprocess.run(["env", *settings, "java", "-cp", str(self.folder), "Waits"], check=True)
        self.assertGreater(time.monotonic() - begun, 2)

    def clocks(self, process: subprocess.Popen[str]) -> tuple[float, float]:
        wall, monotonic = self.ask(process, "time").split()
        return float(wall), float(monotonic)


if __name__ == "__main__":
    unittest.main()
