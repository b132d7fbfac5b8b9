import json
import tempfile
import unittest
from pathlib import Path

import paths  # noqa: F401
import pyarrow as pa
from deltalake import DeltaTable, write_deltalake
from history import ODD_KEYS, UNSTORABLE_KEYS, History, as_table, is_storable
from judge import compare_tables
from table_writer import Written
from tables import changes_in_feed, rows_of, versions_of

STEPS = 90


class HistoryTest(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def written(self, seed: int, unique: bool, steps: int = STEPS, name: str = "table") -> History:
        history = History(self.folder / name, seed, unique)
        for _ in range(steps):
            history.step()
        return history

    def test_model_is_the_table_and_the_feed_is_counted_as_delta_rs_reads_it(self) -> None:
        for unique in (False, True):
            with self.subTest(unique=unique):
                name = f"table-{unique}"
                history = self.written(5, unique, name=name)
                self.assertEqual(compare_tables(history.rows, rows_of(self.folder / name)), [])
                feed = DeltaTable(str(self.folder / name)).load_cdf(0)
                self.assertEqual(changes_in_feed(self.folder / name), pa.table(feed).num_rows)
                self.assertEqual(versions_of(self.folder / name), history.version() + 1)
                self.assertEqual(len(history.commits), 12, history.commits)

    def test_no_two_rows_have_one_seq(self) -> None:
        history = self.written(6, unique=False)
        self.assertEqual(len({row.seq for row in history.rows}), len(history.rows))

    def test_unique_keys_have_one_row(self) -> None:
        history = self.written(7, unique=True)
        self.assertEqual(len({row.user_id for row in history.rows}), len(history.rows))

    def test_event_keys_have_several_rows(self) -> None:
        history = self.written(7, unique=False)
        self.assertLess(len({row.user_id for row in history.rows}), len(history.rows) / 2)

    def test_seed_alone_decides_what_is_written(self) -> None:
        first, again, other = (self.written(seed, False, 30, name) for seed, name in ((8, "a"), (8, "b"), (9, "c")))
        self.assertEqual(first.rows, again.rows)
        self.assertNotEqual(first.rows, other.rows)

    def test_compaction_is_no_change(self) -> None:
        history = self.written(5, False, 1)
        write_deltalake(history.path, as_table(history.rows), mode="append")
        before = changes_in_feed(self.folder / "table")
        DeltaTable(history.path).optimize.compact()
        self.assertEqual(versions_of(self.folder / "table"), 4)
        self.assertEqual(changes_in_feed(self.folder / "table"), before)

    def test_change_is_counted_once_for_each_row_of_the_feed(self) -> None:
        history = self.written(5, False, 1)
        before = changes_in_feed(self.folder / "table")
        DeltaTable(history.path).update(predicate=f"seq = {history.rows[0].seq}", updates={"item_id": "'x'"})
        self.assertEqual(changes_in_feed(self.folder / "table"), before + 2)
        version = versions_of(self.folder / "table") - 1
        log = (self.folder / "table/_delta_log" / f"{version:020}.json").read_text().splitlines()
        self.assertEqual(len([line for line in log if "cdc" in json.loads(line)]), 1)

    def test_what_the_writer_leaves_is_read_back(self) -> None:
        history = self.written(5, True, 20)
        written = Written(history.version(), history.commits, history.rows)
        written.save(self.folder / "model.json")
        self.assertEqual(Written.load(self.folder / "model.json"), written)

    def test_odd_keys_can_be_stored_and_the_others_cannot(self) -> None:
        self.assertTrue(all(map(is_storable, ODD_KEYS)))
        self.assertFalse(any(map(is_storable, UNSTORABLE_KEYS)))


if __name__ == "__main__":
    unittest.main()
