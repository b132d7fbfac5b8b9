import contextlib
import sys
import tempfile
import threading
import unittest
from pathlib import Path
from unittest import mock

import paths  # noqa: F401
import faults  # noqa: I001
from ailments import MachineClock
from diary import Diary
from faults import CLOCK_STEPS, CLUSTER_FAULTS, PIPELINE_FAULTS, SERVER_FAULTS, Course, Lane, PipelineLane, deck
from follower import REFUSED, TAKEN, Follower, Setting
from processes import DemoError, wait_until

# Plays the pipeline: follows, makes progress, and does what it is told when it finds another's mark in the ledger.
PIPELINE = """
import contextlib, pathlib, sys, threading, time
ledger = pathlib.Path(next(option for option in sys.argv if option.startswith("--ledger="))[9:])
ledger.mkdir(exist_ok=True)
own = ledger / f"owner-{{time.monotonic_ns()}}"
others = list(ledger.glob("owner-*"))
{start}
own.touch()
print("freshet: starting TheRunner", flush=True)
print("freshet: following", flush=True)
for number in range(10_000):
    with contextlib.suppress(OSError):
        (ledger / f"{{number:012}}_done_x").touch()
    threading.Event().wait(0.02)
    {each}
"""


class RecordingLink:
    """A link whose sender has something under way."""

    def __init__(self) -> None:
        self.commands: list[str] = []

    def hold(self) -> None:
        self.commands.append("hold")

    def held_bytes(self) -> int:
        return 1

    def release(self) -> None:
        self.commands.append("release")


class PipelineLaneTest(unittest.TestCase):
    def setUp(self) -> None:
        self.stack = contextlib.ExitStack()
        self.addCleanup(self.stack.close)
        self.folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.link = RecordingLink()
        for name in ("AILING_SECONDS", "FREEZE_SECONDS", "PAUSE_SECONDS", "WORK_SECONDS"):
            self.stack.enter_context(mock.patch.object(faults, name, (0.1, 0.2)))

    def follower(self, start: str = "", each: str = "", clock: MachineClock | None = None) -> Follower:
        launcher = self.folder / "freshet"
        launcher.write_text(f"#!{sys.executable}\n" + PIPELINE.format(start=start, each=each))
        launcher.chmod(0o755)
        setting = Setting(launcher, self.folder, "http://m", "c", "events", None, clock=clock)
        return Follower(setting, "http://m", self.stack)

    def play(self, follower: Follower, kind: str) -> PipelineLane:
        """The lane after one fault of this kind."""
        lane = PipelineLane(follower, self.link, [kind], Course(1, 0.0, 1, Diary(self.folder), threading.Event()))
        lane.start()
        lane.join(60)
        self.assertFalse(lane.is_alive())
        return lane

    def assert_played(self, lane: PipelineLane, kind: str) -> None:
        self.assertIsNone(lane.failure)
        self.assertEqual(lane.played, {kind: 1})

    def assert_end_of_second_is_a_failure(self, status: int) -> None:
        start = f"if others: sys.exit(print('{REFUSED}', flush=True) or {status})"
        lane = self.play(self.follower(start=start), "second")
        self.assertRegex(str(lane.failure), rf"pipeline 2 ended with status {status}, not 1 and 'error ")

    def test_killed_pipeline_is_started_again_with_its_ledger(self) -> None:
        follower = self.follower()
        first = follower.process
        self.assert_played(self.play(follower, "kill"), "kill")
        self.assertEqual(first.status, -9)
        follower.process.wait_until("start", 10, lambda: follower.slices_done() >= 0)

    def test_frozen_pipeline_goes_on(self) -> None:
        follower = self.follower()
        first = follower.process
        self.assert_played(self.play(follower, "freeze"), "freeze")
        done = follower.slices_done()
        wait_until("progress", 10, lambda: follower.slices_done() > done)
        self.assertIs(follower.process, first)

    def test_second_pipeline_that_is_refused_is_as_it_must_be(self) -> None:
        follower = self.follower(start=f"if others: sys.exit(print('freshet: {REFUSED}: no', flush=True) or 1)")
        first = follower.process
        self.assert_played(self.play(follower, "second"), "second")
        self.assertIs(follower.process, first)
        first.check()

    def test_second_pipeline_that_ends_well_is_a_failure(self) -> None:
        self.assert_end_of_second_is_a_failure(0)

    def test_second_pipeline_that_ends_with_another_status_is_a_failure(self) -> None:
        self.assert_end_of_second_is_a_failure(3)

    def test_pipeline_that_was_replaced_while_frozen_ends_and_the_other_goes_on(self) -> None:
        follower = self.follower(
            each=f"if any(o.name > own.name for o in ledger.glob('owner-*')): sys.exit(print('{TAKEN}', flush=True) or 1)"
        )
        first = follower.process
        self.assert_played(self.play(follower, "takeover"), "takeover")
        self.assertEqual(first.status, 1)
        self.assertIsNot(follower.process, first)
        follower.process.check()

    def test_pipeline_that_was_replaced_and_says_nothing_of_it_is_a_failure(self) -> None:
        lane = self.play(
            self.follower(each="if any(o.name > own.name for o in ledger.glob('owner-*')): sys.exit(1)"), "takeover"
        )
        self.assertRegex(str(lane.failure), "pipeline 1 ended with status 1, not 1 and 'Another pipeline")

    def test_late_bytes_are_released_after_the_kill(self) -> None:
        follower = self.follower()
        first = follower.process
        self.assert_played(self.play(follower, "late"), "late")
        self.assertEqual(self.link.commands, ["hold", "release"])
        self.assertEqual(first.status, -9)

    def test_ailing_pipeline_goes_on_when_it_is_well_again(self) -> None:
        follower = self.follower(each="sys.stdout.flush()")
        for kind in ("disk-full", "no-files"):
            self.assert_played(self.play(follower, kind), kind)

    def test_pipeline_that_does_not_survive_a_full_disk_is_a_failure(self) -> None:
        lane = self.play(self.follower(each="(ledger / f'file-{number}').write_text('x')"), "disk-full")
        self.assertIn("pipeline 1 ended with status 1", str(lane.failure))

    def test_clock_is_set_and_the_pipeline_goes_on(self) -> None:
        clock = MachineClock(self.folder)
        self.assert_played(self.play(self.follower(clock=clock), "clock-step"), "clock-step")
        self.assertIn(int((self.folder / "clock").read_text()), CLOCK_STEPS)

    def test_pipeline_that_ends_by_itself_is_a_failure(self) -> None:
        lane = self.play(self.follower(each="if number == 5: sys.exit(print('gone') or 0)"), "kill")
        self.assertIsInstance(lane.failure, DemoError)
        self.assertIn("pipeline 1 ended with status 0", str(lane.failure))


class LaneTest(unittest.TestCase):
    def test_failure_of_one_lane_ends_the_other(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        stop = threading.Event()

        class Failing(Lane):
            def play(self, kind: str) -> None:
                raise DemoError("broken")

        class Endless(Lane):
            def play(self, kind: str) -> None:
                self._rest(0.01)

        lanes = [each("lane", ["x"], Course(1, 600.0, 1, Diary(Path(folder.name)), stop)) for each in (Failing, Endless)]
        for lane in lanes:
            lane.start()
        for lane in lanes:
            lane.join(20)
        self.assertEqual([str(lane.failure) for lane in lanes], ["broken", "None"])
        self.assertFalse(any(lane.is_alive() for lane in lanes))


class DeckTest(unittest.TestCase):
    def test_seed_decides_on_the_order(self) -> None:
        self.assertEqual(deck(SERVER_FAULTS, 4), deck(SERVER_FAULTS, 4))
        self.assertGreater(len({tuple(deck(SERVER_FAULTS, seed)) for seed in range(20)}), 5)

    def test_two_neighbours_have_every_kind_within_their_first_four(self) -> None:
        for seed in range(0, 40, 2):
            for kinds in (PIPELINE_FAULTS, SERVER_FAULTS, CLUSTER_FAULTS):
                self.assertEqual({*deck(kinds, seed)[:4], *deck(kinds, seed + 1)[:4]}, set(kinds))


if __name__ == "__main__":
    unittest.main()
