"""The demo's Delta table: who clicked, viewed or bought what. Written and read by delta-rs, without Freshet."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable, write_deltalake

SCHEMA = pa.schema(
    [
        ("event_id", pa.string()),
        ("user_id", pa.string()),
        ("item_id", pa.string()),
        ("event_type", pa.string()),
        ("event_timestamp", pa.timestamp("us", tz="UTC")),
    ]
)
TYPES = ("view", "click", "purchase")
ITEMS = 500


def user_name(number: int) -> str:
    return f"u{number:09d}"


def item_name(number: int) -> str:
    return f"i{number:06d}"


@dataclass(frozen=True)
class Event:
    """One row of the table."""

    event_id: str
    user_id: str
    item_id: str
    event_type: str
    event_timestamp: datetime

    def __str__(self) -> str:
        return f"{self.event_type} {self.item_id}"


@dataclass(frozen=True)
class Commit:
    """A commit of the table and when it came into being, in seconds of Unix time."""

    version: int
    committed_at: float


class InteractionTable:
    """A handle on the table; each process and thread has its own, as Delta's writers do."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._table = DeltaTable(str(folder))

    @classmethod
    def create(cls, folder: Path) -> InteractionTable:
        DeltaTable.create(str(folder), schema=SCHEMA, configuration={"delta.enableChangeDataFeed": "true"})
        return cls(folder)

    def append(self, events: Sequence[Event]) -> Commit:
        """Appends in one commit. delta-rs brings the handle to the commit that it has made."""
        columns = {name: [getattr(event, name) for event in events] for name in SCHEMA.names}
        write_deltalake(self._table, pa.table(columns, schema=SCHEMA), mode="append")
        version = self._table.version()
        log_entry = self.folder / "_delta_log" / f"{version:020d}.json"
        return Commit(version, log_entry.stat().st_mtime)

    def version(self) -> int:
        self._table.update_incremental()
        return self._table.version()

    def row_count(self) -> int:
        self._table.update_incremental()
        return self._table.count()

    def newest_events(self, users: Iterable[str]) -> dict[str, Event]:
        """The newest event of each of these users."""
        self._table.update_incremental()
        rows = self._table.to_pyarrow_table(filters=[("user_id", "in", list(users))])
        ordered = rows.sort_by("event_timestamp").to_pylist()
        return {row["user_id"]: Event(**row) for row in ordered}

    def newest_versions(self, first_version: int) -> dict[str, int]:
        """For each user who has rows from a version on, the newest version with one, by the change data feed."""
        feed = pa.table(DeltaTable(str(self.folder)).load_cdf(first_version, columns=["user_id", "_commit_version"]))
        plain = pa.table(
            {
                "user": pc.cast(feed["user_id"], pa.string()),
                "version": pc.cast(feed["_commit_version"], pa.int64()),
            }
        )
        newest = plain.group_by("user").aggregate([("version", "max")])
        return dict(zip(newest["user"].to_pylist(), newest["version_max"].to_pylist(), strict=True))


class EventSource:
    """Makes events with ids of their own and rising times."""

    def __init__(self, prefix: str, seed: int) -> None:
        self._prefix = prefix
        self._random = random.Random(seed)
        self._made = 0

    def history(self, users: Sequence[str], events_each: int) -> list[Event]:
        """What these users did in the minutes before now, a millisecond between two events."""
        count = len(users) * events_each
        start = datetime.now(timezone.utc) - timedelta(milliseconds=count)
        return [
            self.event(users[i % len(users)], at=start + timedelta(milliseconds=i), event_type=self._any_type())
            for i in range(count)
        ]

    def activity(self, users: Sequence[str], count: int) -> list[Event]:
        """What some of these users do now."""
        return [self.event(self._random.choice(users), event_type=self._any_type()) for _ in range(count)]

    def event(self, user: str, *, event_type: str, item: str | None = None, at: datetime | None = None) -> Event:
        self._made += 1
        return Event(
            event_id=f"{self._prefix}{self._made:09d}",
            user_id=user,
            item_id=item or item_name(self._random.randrange(ITEMS)),
            event_type=event_type,
            event_timestamp=at or datetime.now(timezone.utc),
        )

    def _any_type(self) -> str:
        return self._random.choice(TYPES)
