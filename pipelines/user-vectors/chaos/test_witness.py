import unittest

import paths  # noqa: F401
from witness import Regressions


class RegressionsTest(unittest.TestCase):
    def setUp(self) -> None:
        self.regressions = Regressions(looks=1)

    def see(self, *looks: dict[str, int]) -> list[str]:
        for look in looks:
            self.regressions.see(look.items())
        return [each.key for each in self.regressions.differences]

    def test_keys_that_move_on_or_stay_are_as_they_must_be(self) -> None:
        self.assertEqual(self.see({}, {"a": 1}, {"a": 1, "b": 1}, {"a": 2, "b": 1}), [])

    def test_key_that_goes_back_is_noted(self) -> None:
        self.assertEqual(self.see({"a": 1, "b": 3}, {"a": 2, "b": 2}), ["b"])
        self.assertEqual(str(self.regressions.differences[0]), "back 'b': showed version 2 after version 3")

    def test_old_row_beside_the_new_one_is_no_way_back(self) -> None:
        self.regressions.see([("a", 1)])
        self.assertEqual(self.regressions.see([("a", 2), ("a", 1)]), [])
        self.assertEqual(len(self.regressions.see([("a", 1)])), 1)

    def test_deleted_key_comes_again_as_newer_only(self) -> None:
        self.assertEqual(self.see({"a": 3}, {}, {"a": 4}), [])
        self.assertEqual(self.see({}, {"a": 3}), ["a"])

    def test_key_counts_when_so_many_looks_in_a_row_say_so(self) -> None:
        self.regressions = Regressions(looks=2)
        self.assertEqual(self.see({"a": 2}, {"a": 1}, {"a": 2}, {"a": 1}, {"a": 2}), [])
        self.assertEqual(self.see({"a": 1}, {"a": 1}, {"a": 1}), ["a"])

    def test_versions_are_doubtful_from_the_oldest_on_that_is_not_shown(self) -> None:
        self.assertIsNone(self.regressions.doubtful_from([("a", 1)]))
        self.see({"a": 5, "b": 7, "c": 3})
        self.assertIsNone(self.regressions.doubtful_from([("a", 5), ("b", 8)]))
        self.assertEqual(self.regressions.doubtful_from([("a", 4), ("b", 2), ("c", 3)]), 5)


if __name__ == "__main__":
    unittest.main()
