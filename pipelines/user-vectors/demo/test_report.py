import unittest
from datetime import datetime, timezone

import report
from collection import Neighbour
from interactions import Event
from report import SearchResult

NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)


def event(user: str, event_type: str, item: str) -> Event:
    return Event("e1", user, item, event_type, NOW)


def result(item: str, neighbour: str) -> SearchResult:
    return SearchResult(
        "u42", [Neighbour(neighbour, 0.5)], {"u42": event("u42", "click", item), "u1": event("u1", "view", "i9")}
    )


class ReportTest(unittest.TestCase):
    def test_search_table_has_rank_user_distance_and_last_event(self) -> None:
        heading, _, line = report.search_table(result("i1", "u1"))
        self.assertEqual(heading.split(), ["rank", "user", "distance", "last", "event"])
        self.assertEqual(line.split(), ["1", "u1", "0.5000", "view", "i9"])

    def test_user_whose_events_are_unknown_has_a_question_mark(self) -> None:
        self.assertEqual(report.search_table(result("i1", "u7"))[-1].split()[-1], "?")

    def test_before_and_after_stand_beside_each_other(self) -> None:
        lines = report.before_and_after(result("i1", "u1"), result("i2", "u7"))
        self.assertEqual([part.strip() for part in lines[0].split("|")], ["before: click i1", "after: click i2"])
        self.assertEqual(len({line.index("|") for line in lines}), 1)
        self.assertIn("u1 ", lines[-1].split("|")[0])
        self.assertIn("u7 ", lines[-1].split("|")[1])

    def test_chosen_series_leaves_out_comments_buckets_and_other_series(self) -> None:
        exposition = "\n".join(
            [
                "# HELP pipeline_milvus_up up",
                'pipeline_milvus_up{job="j"} 1',
                'pipeline_commit_latency_seconds_bucket{le="1"} 3',
                "go_goroutines 9",
                'pipeline_records_processed_total{status="success"} 7',
            ]
        )
        self.assertEqual(
            report.chosen_series(exposition),
            ['pipeline_records_processed_total{status="success"} 7', 'pipeline_milvus_up{job="j"} 1'],
        )

    def test_distances_of_l2_are_read_the_other_way_round(self) -> None:
        self.assertEqual(report.nearer("L2"), "smaller is nearer")
        self.assertEqual(report.nearer("COSINE"), "larger is nearer")

    def test_shell_command_is_one_command_over_several_lines(self) -> None:
        lines = report.shell_command("./freshet run", ["--a=1", "--b"]).split("\\\n")
        self.assertEqual(lines, ["    ./freshet run ", "      --a=1 ", "      --b"])


if __name__ == "__main__":
    unittest.main()
