"""What the demo prints: plain text, pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from collection import Neighbour
from interactions import Event

WIDTHS = (4, 12, 9, 17)
HEADINGS = ("rank", "user", "distance", "last event")

SERIES = (
    "pipeline_records_processed_total",
    "pipeline_data_latency_seconds",
    "pipeline_commits_behind",
    "pipeline_milvus_up",
    "pipeline_last_successful_batch_timestamp_seconds",
)
SERIES_SHOWN = 8


def search_table(found: Sequence[Neighbour], last_events: Mapping[str, Event]) -> list[str]:
    """A search result, a line for each rank, headings first."""
    lines = [_cells(HEADINGS), _cells(["-" * width for width in WIDTHS])]
    for rank, neighbour in enumerate(found, start=1):
        event = last_events.get(neighbour.user_id)
        lines.append(_cells((str(rank), neighbour.user_id, f"{neighbour.distance:.4f}", str(event or "?"))))
    return lines


def side_by_side(left_title: str, left: Sequence[str], right_title: str, right: Sequence[str]) -> list[str]:
    """Two tables of as many lines beside each other."""
    width = max(len(line) for line in [left_title, *left])
    pairs = zip([left_title, *left], [f"   {right_title}", *right], strict=True)
    return [f"{one:<{width}} |{other}".rstrip() for one, other in pairs]


def chosen_series(exposition: str) -> list[str]:
    """From a Pushgateway's /metrics, some series of the pipeline."""
    lines = [line for line in exposition.splitlines() if line.startswith(SERIES)]
    return sorted(lines, key=lambda line: SERIES.index(line.partition("{")[0].partition(" ")[0]))[:SERIES_SHOWN]


def shell_command(program: str, arguments: Sequence[str]) -> str:
    """A command over several lines, an argument each."""
    return " \\\n      ".join([f"    {program}", *arguments])


def _cells(texts: Sequence[str]) -> str:
    return "   " + "  ".join(f"{text:<{width}}" for text, width in zip(texts, WIDTHS, strict=True))
