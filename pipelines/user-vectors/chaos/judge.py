"""Compares a collection with what the table says, by key, content, vector and count. Nothing of Freshet is used."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy
from history import Row, is_storable
from pymilvus import MilvusClient

MOST_ROWS = 16_000


class Models:
    """The Python in docs/models.md."""

    def __init__(self, page: Path) -> None:
        code: dict[str, Any] = {}
        block = re.search(r"```python\n(.*?)```", page.read_text(), re.DOTALL)
        if block is None:
            raise ValueError(f"{page} has no Python")
        exec(block.group(1), code)
        self.embed: Callable[[str, int], Sequence[float]] = code["embed"]
        self.row_hash: Callable[[str], int] = code["row_hash"]


@dataclass(frozen=True)
class Stored:
    """A row of the collection."""

    key: str
    vector: Sequence[float]
    row_hash: int
    commit_version: int


@dataclass(frozen=True)
class Collection:
    """What a collection holds: its rows, and how many it counts itself."""

    rows: list[Stored]
    count: int


@dataclass(frozen=True)
class Difference:
    """One thing that is not as the table says."""

    kind: str
    key: str
    text: str

    def __str__(self) -> str:
        return f"{self.kind} {self.key!r}: {self.text}"


def newest_rows(rows: Iterable[Row]) -> dict[str, Row]:
    """The newest row of each key that can be stored."""
    newest: dict[str, Row] = {}
    for row in sorted(rows, key=lambda row: row.seq):
        if row.user_id is not None and is_storable(row.user_id):
            newest[row.user_id] = row
    return newest


def text_of(row: Row) -> str:
    """The text of the default --textTemplate."""
    return f"{row.user_id} {row.event_type} {row.item_id or ''}"


def told(row: Row) -> str:
    return f"{text_of(row)!r} of seq {row.seq}"


def read_collection(url: str, name: str) -> Collection:
    client = MilvusClient(uri=url, timeout=60, dedicated=True)  # A shared one is not closed and pings for ever.
    try:
        rows = client.query(
            name,
            filter="commit_version >= -1",
            output_fields=["user_id", "vector", "row_hash", "commit_version"],
            limit=MOST_ROWS,
            consistency_level="Strong",
        )
        counted = client.query(name, filter="", output_fields=["count(*)"], consistency_level="Strong")
    finally:
        client.close()
    if len(rows) >= MOST_ROWS:
        raise ValueError(f"{name} has {MOST_ROWS} rows or more; not all have been read")
    stored = [Stored(row["user_id"], row["vector"], row["row_hash"], row["commit_version"]) for row in rows]
    return Collection(stored, counted[0]["count(*)"])


def compare(expected: dict[str, Row], collection: Collection, models: Models) -> list[Difference]:
    """Every difference, by kind and key."""
    found = {row.key: row for row in collection.rows}
    differences = []
    for key in sorted(expected.keys() - found.keys()):
        differences.append(Difference("missing", key, f"expected {told(expected[key])}"))
    for key in sorted(found.keys() - expected.keys()):
        differences.append(Difference("extra", key, f"found version {found[key].commit_version}"))
    for key, times in sorted(Counter(row.key for row in collection.rows).items()):
        if times > 1:
            differences.append(Difference("twice", key, f"found {times} rows"))
    for key in sorted(expected.keys() & found.keys()):
        text = text_of(expected[key])
        row = found[key]
        if row.row_hash != models.row_hash(text):
            differences.append(
                Difference("stale", key, f"expected {told(expected[key])}, found another row, of version {row.commit_version}")
            )
        elif not numpy.array_equal(
            numpy.float32(row.vector), numpy.asarray(models.embed(text, len(row.vector)), numpy.float32)
        ):
            differences.append(Difference("vector", key, f"not that of {text!r}, version {row.commit_version}"))
    if collection.count != len(collection.rows):
        differences.append(Difference("count", "", f"{len(collection.rows)} rows read, {collection.count} counted"))
    return differences


def compare_tables(model: Sequence[Row], table: Sequence[Row]) -> list[Difference]:
    """Whether the writer's model is the table: if not, the chaos test itself is wrong."""
    lost, unknown = Counter(model), Counter(table)
    return [Difference("model", str(row.user_id), f"not in the table: {row}") for row in (lost - unknown)] + [
        Difference("model", str(row.user_id), f"not in the model: {row}") for row in (unknown - lost)
    ]


PROGRESS = re.compile(r"freshet: ([\d,]+) rows .* ([\d,]+) commits behind  version (-?\d+)(.*)")
PROGRESS_SECONDS = 2


def longest_silence(said: str) -> int:
    """For how many seconds a pipeline has stood still, with commits to write, and has not said why. Any line but that of its
    progress says something, and so does one that names the slice it waits for."""
    longest = lasting = 0
    before: tuple[str, ...] = ()
    for line in said.splitlines():
        told = PROGRESS.fullmatch(line)
        if told is None or told[2] == "0" or " s at slice " in told[4] or told.groups()[:3] != before:
            lasting = 0
        else:
            lasting += PROGRESS_SECONDS
        before = told.groups()[:3] if told else ()
        longest = max(longest, lasting)
    return longest


@dataclass(frozen=True)
class Totals:
    """What `freshet status` prints."""

    rows: int
    outcomes: int
    commits_behind: int
    in_flight: bool

    @classmethod
    def parse(cls, printed: str) -> Totals | None:
        """None if nothing is done yet."""
        lines = {line[:16].strip(): line[17:].strip() for line in printed.splitlines()}
        if "rows" not in lines:
            return None
        number = {name: int(text.replace(",", "")) for name, text in lines.items() if re.fullmatch(r"[\d,]+", text)}
        kinds = ("success", "deleted", "skipped", "dead-lettered")
        return cls(
            number["rows"],
            sum(number.get(kind, 0) for kind in kinds),
            number["commits behind"],
            lines["in flight"] != "none",
        )

    def unaccounted(self, changes: int) -> int:
        """How many of the feed's changes have no outcome (or too many): 0 if every change has exactly one."""
        return max(abs(changes - self.rows), abs(changes - self.outcomes))
