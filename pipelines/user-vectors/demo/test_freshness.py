import tempfile
import unittest
from collections.abc import Sequence
from pathlib import Path

from freshness import Clicker, Probes, percentile
from interactions import EventSource, InteractionTable
from processes import DemoError, wait_until


class FollowingVectors:
    """Stands in for the collection: a user's vector is how many rows the table has, seen some reads late."""

    def __init__(self, folder: Path, reads_late: int) -> None:
        self._table = InteractionTable(folder)
        self._reads_late = reads_late
        self._reads = 0

    def vector(self, user: str) -> Sequence[float]:
        self._reads += 1
        late = self._reads <= self._reads_late
        return [0.0 if late else float(self._table.row_count())]


class FreshnessTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name) / "table"
        self.table = InteractionTable.create(self.folder)
        self.checks = 0

    def clicker(self, reads_late: int = 0) -> Clicker:
        source = EventSource(prefix="t", seed=1)
        return Clicker(self.table, FollowingVectors(self.folder, reads_late), source, self.check)

    def check(self) -> None:
        self.checks += 1

    def test_click_is_waited_for_until_the_vector_has_changed(self) -> None:
        click = self.clicker(reads_late=5).click("a", "i1")
        self.assertEqual(click.version, 1)
        self.assertGreater(click.seconds, 0)
        self.assertEqual(self.checks, 5)
        self.assertEqual(str(self.table.newest_events(["a"])["a"]), "click i1")

    def test_waiting_for_a_click_ends_when_the_pipeline_has(self) -> None:
        def dead() -> None:
            raise DemoError("freshet run ended")

        self.check = dead  # type: ignore[method-assign]
        with self.assertRaisesRegex(DemoError, "freshet run ended"):
            self.clicker(reads_late=10**9).click("a")

    def test_probes_click_for_their_users_in_turn(self) -> None:
        probes = Probes(self.clicker(), ["a", "b"], pause=0.0)
        probes.start()
        wait_until("three clicks", 20, lambda: InteractionTable(self.folder).row_count() >= 3)
        clicks = probes.finish()
        self.assertEqual([click.version for click in clicks], list(range(1, len(clicks) + 1)))
        self.assertLessEqual(abs(self.count("a") - self.count("b")), 1)

    def test_what_ends_the_probes_is_raised_by_finish(self) -> None:
        def dead() -> None:
            raise DemoError("freshet run ended")

        self.check = dead  # type: ignore[method-assign]
        probes = Probes(self.clicker(reads_late=10**9), ["a"], pause=0.0)
        probes.start()
        probes.join(20)
        with self.assertRaisesRegex(DemoError, "freshet run ended"):
            probes.finish()

    def count(self, user: str) -> int:
        return InteractionTable(self.folder).newest_versions(1).get(user, 0)


class PercentileTest(unittest.TestCase):
    def test_percentile_is_the_nearest_rank(self) -> None:
        values = [float(value) for value in range(100, 0, -1)]
        self.assertEqual(percentile(values, 50), 50.0)
        self.assertEqual(percentile(values, 99), 99.0)
        self.assertEqual(percentile([3.0], 50), 3.0)
        self.assertEqual(percentile([1.0, 2.0], 99), 2.0)


if __name__ == "__main__":
    unittest.main()
