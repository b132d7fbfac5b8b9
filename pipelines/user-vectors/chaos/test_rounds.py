import unittest
from collections import Counter
from dataclasses import replace

import paths  # noqa: F401
from judge import Difference
from processes import DemoError
from rounds import Plan, Result, told

PLAN = Plan(seed=3, keys="events", seconds=1, least_faults=1, keeps_ledger=True, writer_pause=0.1)
DIFFERENCE = Difference("missing", "a", "expected x")


class ResultTest(unittest.TestCase):
    def test_round_without_differences_is_ok(self) -> None:
        result = Result(PLAN, commits=4, rows=5, changes=6000, faults=Counter(kill=2), weather={"cut": 3}, unaccounted=0)
        self.assertTrue(result.is_ok)
        self.assertEqual(
            str(result),
            "seed 3 events  4 commits 6,000 changes 5 rows  faults kill:2  connections cut:3  0 differences"
            "  0 unaccounted  silent for 0 s  0 s  OK",
        )

    def test_difference_unaccounted_change_or_failure_fails_the_round(self) -> None:
        for wrong in (
            Result(PLAN, unaccounted=0, differences=[DIFFERENCE]),
            Result(PLAN, unaccounted=1),
            Result(PLAN, unaccounted=0, failures=["the pipeline ended"]),
        ):
            self.assertFalse(wrong.is_ok)
            self.assertTrue(str(wrong).endswith("FAILED"))

    def test_round_without_a_ledger_says_whether_anything_was_lost(self) -> None:
        plan = replace(PLAN, keeps_ledger=False)
        self.assertTrue(str(Result(plan)).endswith("not counted  silent for 0 s  0 s  NOTHING LOST"))
        self.assertTrue(str(Result(plan, differences=[DIFFERENCE])).endswith("  LOST"))
        self.assertTrue(str(Result(plan, differences=[DIFFERENCE], failures=["x"])).endswith("  FAILED"))

    def test_what_is_not_foreseen_is_told_with_its_place(self) -> None:
        self.assertEqual(told(DemoError("gone")), "gone")
        try:
            raise KeyError("x")
        except KeyError as failure:
            self.assertIn("test_rounds.py", told(failure))


if __name__ == "__main__":
    unittest.main()
