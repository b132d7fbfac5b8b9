"""What the demo prints: plain text, pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from collection import Neighbour
from interactions import Event

WIDTHS = (4, 12, 9, 16)
HEADINGS = ("rank", "user", "distance", "last event")

SERIES = (
    "pipeline_records_processed_total",
    "pipeline_data_latency_seconds",
    "pipeline_commits_behind",
    "pipeline_milvus_up",
    "pipeline_last_successful_batch_timestamp_seconds",
)
SERIES_SHOWN = 8


@dataclass(frozen=True)
class SearchResult:
    """Who is most like a user, nearest first, and what all of them did last."""

    user: str
    found: Sequence[Neighbour]
    last_events: Mapping[str, Event]

    def users(self) -> list[str]:
        return [neighbour.user_id for neighbour in self.found]


def search_table(result: SearchResult) -> list[str]:
    """A line for each rank, headings first."""
    lines = [_cells(HEADINGS), _cells(["-" * width for width in WIDTHS])]
    for rank, neighbour in enumerate(result.found, start=1):
        event = result.last_events.get(neighbour.user_id)
        lines.append(_cells((str(rank), neighbour.user_id, f"{neighbour.distance:.4f}", str(event or "?"))))
    return lines


def before_and_after(before: SearchResult, after: SearchResult) -> list[str]:
    """Two results of as many ranks beside each other, each under the user's own last event."""
    left = [f"before: {before.last_events[before.user]}", *search_table(before)]
    right = [f"after: {after.last_events[after.user]}", *search_table(after)]
    width = max(len(line) for line in left)
    pairs = zip(left, right, strict=True)
    return [f"{one:<{width}}  |  {other}".rstrip() for one, other in pairs]


def chosen_series(exposition: str) -> list[str]:
    """From a Pushgateway's /metrics, some series of the pipeline."""
    lines = [line for line in exposition.splitlines() if line.startswith(SERIES)]
    return sorted(lines, key=lambda line: SERIES.index(line.partition("{")[0].partition(" ")[0]))[:SERIES_SHOWN]


def nearer(metric: str) -> str:
    """How to read Milvus's distances by that metric."""
    return "smaller is nearer" if metric == "L2" else "larger is nearer"


def shell_command(program: str, arguments: Sequence[str]) -> str:
    """A command over several lines, an argument each."""
    return " \\\n      ".join([f"    {program}", *arguments])


def _cells(texts: Sequence[str]) -> str:
    return "  ".join(f"{text:<{width}}" for text, width in zip(texts, WIDTHS, strict=True))
