import unittest
from dataclasses import replace

import paths
from history import EPOCH, Row
from judge import (
    Collection,
    Difference,
    Models,
    Stored,
    Totals,
    compare,
    compare_tables,
    longest_silence,
    newest_rows,
    text_of,
)

MODELS = Models(paths.PROJECT / "docs/models.md")
DIMENSION = 16


def row(key: str | None, seq: int, item: str | None = "i1") -> Row:
    return Row(key, "view", item, EPOCH, seq, 0)


def stored(table_row: Row) -> Stored:
    text = text_of(table_row)
    return Stored(str(table_row.user_id), MODELS.embed(text, DIMENSION), MODELS.row_hash(text), 1)


class CompareTest(unittest.TestCase):
    def setUp(self) -> None:
        self.rows = [row(f"u{number}", number) for number in range(5)]
        self.stored = [stored(each) for each in self.rows]

    def differences(self, count: int | None = None) -> list[tuple[str, str]]:
        collection = Collection(self.stored, len(self.stored) if count is None else count)
        return [(each.kind, each.key) for each in compare(newest_rows(self.rows), collection, MODELS)]

    def test_nothing_differs_in_a_collection_that_is_as_the_table_says(self) -> None:
        self.assertEqual(self.differences(), [])

    def test_missing_row_is_found(self) -> None:
        del self.stored[2]
        self.assertEqual(self.differences(), [("missing", "u2")])

    def test_extra_row_is_found(self) -> None:
        self.stored.append(stored(row("gone", 9)))
        self.assertEqual(self.differences(), [("extra", "gone")])

    def test_row_of_an_older_state_is_found(self) -> None:
        self.rows.append(row("u3", 10, "i2"))
        self.assertEqual(self.differences(), [("stale", "u3")])

    def test_wrong_vector_is_found_though_the_hash_is_right(self) -> None:
        vector = list(self.stored[1].vector)
        vector[0] += 1e-6
        self.stored[1] = replace(self.stored[1], vector=vector)
        self.assertEqual(self.differences(), [("vector", "u1")])

    def test_key_that_is_there_twice_is_found(self) -> None:
        self.stored.append(self.stored[4])
        self.assertEqual(self.differences(), [("twice", "u4")])

    def test_row_that_is_counted_but_not_read_is_found(self) -> None:
        self.assertEqual(self.differences(count=6), [("count", "")])

    def test_keys_that_cannot_be_stored_are_expected_nowhere(self) -> None:
        self.rows += [row(None, 10), row("", 11), row("x" * 257, 12), row("é" * 129, 13)]
        self.assertEqual(self.differences(), [])
        self.stored.append(stored(row("x" * 257, 12)))
        self.assertEqual(self.differences(), [("extra", "x" * 257)])

    def test_newest_row_is_that_with_the_greatest_seq(self) -> None:
        self.assertEqual(newest_rows([row("a", 3), row("a", 7), row("a", 5)]), {"a": row("a", 7)})

    def test_null_item_is_no_text(self) -> None:
        self.assertEqual(text_of(row("a", 1, None)), "a view ")

    def test_difference_names_key_and_rows(self) -> None:
        self.assertEqual(str(Difference("stale", 'a"b', "expected x")), "stale 'a\"b': expected x")


class CompareTablesTest(unittest.TestCase):
    def test_row_that_only_one_side_has_is_found(self) -> None:
        rows = [row("a", 1), row("b", 2), row(None, 3)]
        self.assertEqual(compare_tables(rows, rows[::-1]), [])
        self.assertEqual(len(compare_tables(rows, rows[:2])), 1)
        self.assertEqual(len(compare_tables(rows, [*rows, rows[0]])), 1)


STATUS = """table            file:/data/t
version          7 of 7
commits behind   0
rows             1,010
  success        700
  deleted        9
  skipped        301
    superseded   300
    null_key     1
written again    0
slices           3
in flight        none
"""


def progress(rows: int, behind: int, more: str = "") -> str:
    return f"freshet: {rows:,} rows  0 rows/s  freshness 9.00 s  {behind:,} commits behind  version 7{more}\n"


class SilenceTest(unittest.TestCase):
    def test_pipeline_that_stands_still_without_a_word_is_silent(self) -> None:
        self.assertEqual(6, longest_silence(progress(1_000, 1) + 4 * progress(1_234, 1) + 3 * progress(1_240, 1)))

    def test_pipeline_that_is_not_behind_has_nothing_to_say(self) -> None:
        self.assertEqual(0, longest_silence(9 * progress(1_234, 0)))

    def test_any_other_line_says_something(self) -> None:
        said = 4 * progress(1, 1) + "freshet: waiting for SparkRunner: no executor\n" + 4 * progress(1, 1)
        self.assertEqual(6, longest_silence(said))

    def test_progress_that_names_the_slice_says_something(self) -> None:
        self.assertEqual(2, longest_silence(2 * progress(1, 1) + 9 * progress(1, 1, "  36 s at slice 4: attempt 3, claimed")))


class TotalsTest(unittest.TestCase):
    def test_status_is_read(self) -> None:
        self.assertEqual(Totals.parse(STATUS), Totals(rows=1010, outcomes=1010, commits_behind=0, in_flight=False))

    def test_ledger_without_progress_has_no_totals(self) -> None:
        self.assertIsNone(Totals.parse("table            t\ndone             nothing: no run has begun yet\n"))

    def test_slice_in_flight_is_seen(self) -> None:
        totals = Totals.parse(STATUS.replace("none", "version 1 to 2, attempt 1"))
        self.assertTrue(totals and totals.in_flight)

    def test_change_without_an_outcome_is_unaccounted(self) -> None:
        totals = Totals.parse(STATUS)
        assert totals
        self.assertEqual(totals.unaccounted(1010), 0)
        self.assertEqual(totals.unaccounted(1011), 1)
        self.assertEqual(totals.unaccounted(1008), 2)
        self.assertEqual(replace(totals, outcomes=1009).unaccounted(1010), 1)


if __name__ == "__main__":
    unittest.main()
