import tempfile
import time
import unittest
from datetime import timedelta
from pathlib import Path

from deltalake import DeltaTable
from interactions import EventSource, InteractionTable


class InteractionTableTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name) / "table"
        self.table = InteractionTable.create(self.folder)
        self.source = EventSource(prefix="t", seed=1)

    def test_new_table_has_the_change_data_feed_on_and_needs_reader_version_1(self) -> None:
        table = DeltaTable(str(self.folder))
        self.assertEqual(table.metadata().configuration["delta.enableChangeDataFeed"], "true")
        self.assertEqual(table.protocol().min_reader_version, 1)

    def test_commit_has_its_own_version_while_others_write(self) -> None:
        other = InteractionTable(self.folder)
        self.assertEqual(self.table.append([self.source.event("a", event_type="view")]).version, 1)
        self.assertEqual(other.append([self.source.event("b", event_type="view")]).version, 2)
        before = time.time()
        commit = self.table.append([self.source.event("c", event_type="view")])
        self.assertEqual(commit.version, 3)
        # A file's time is that of the kernel's last tick, so it may be a little before.
        self.assertTrue(before - 1 <= commit.committed_at <= time.time())
        self.assertEqual(other.newest_versions(2), {"b": 2, "c": 3})

    def test_newest_event_is_the_last_in_time(self) -> None:
        now = self.source.event("a", event_type="click", item="i1")
        earlier = self.source.event("a", event_type="view", item="i2", at=now.event_timestamp - timedelta(seconds=1))
        self.table.append([now])
        self.table.append([earlier])
        self.assertEqual(self.table.newest_events(["a", "nobody"]), {"a": now})

    def test_newest_version_counts_every_row_of_a_user(self) -> None:
        for user in ("a", "b", "a"):
            self.table.append([self.source.event(user, event_type="view")])
        self.assertEqual(self.table.newest_versions(1), {"a": 3, "b": 2})
        self.assertEqual(self.table.row_count(), 3)

    def test_history_rises_in_time_and_gives_each_user_as_many_events(self) -> None:
        events = self.source.history(["a", "b"], 3)
        self.assertEqual([event.user_id for event in events], ["a", "b"] * 3)
        times = [event.event_timestamp for event in events]
        self.assertEqual(times, sorted(set(times)))
        self.assertEqual(len({event.event_id for event in events}), 6)


if __name__ == "__main__":
    unittest.main()
