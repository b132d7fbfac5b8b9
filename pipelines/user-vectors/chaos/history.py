"""A random history of a Delta table, written by delta-rs, and a model of what the table holds after each commit.

The model is kept by plain Python beside delta-rs, so that the two can be compared: what a commit does is drawn from a
seed and from the model alone, and never from how fast anything runs. `seq` says which of a key's rows is the newest: a
row that is written or changed gets one that is greater than all before it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

SCHEMA = pa.schema(
    [
        ("user_id", pa.string()),
        ("event_type", pa.string()),
        ("item_id", pa.string()),
        ("event_timestamp", pa.timestamp("us", tz="UTC")),
        ("seq", pa.int64()),
        ("part", pa.int32()),
    ]
)
EPOCH = datetime(2026, 1, 1, tzinfo=timezone.utc)
TYPES = ("view", "click", "buy")
PARTS = 4
KEY_BYTES = 256
ODD_KEYS = (
    "plain",
    'x"] or user_id in ["plain',
    'quo"te',
    "apos'trophe",
    "back\\slash",
    'both\\"',
    "line\nend",
    "tab\t",
    " ",
    "per%cent_",
    "{user_id}",
    "ünï😀",
    "x" * KEY_BYTES,
    "é" * (KEY_BYTES // 2),
    "😀" * (KEY_BYTES // 4),
)
UNSTORABLE_KEYS = (None, "", "x" * (KEY_BYTES + 1), "😀" * (KEY_BYTES // 4) + "x")
WINDOW = 60


def is_storable(key: str | None) -> bool:
    return key is not None and 0 < len(key.encode()) <= KEY_BYTES


@dataclass(frozen=True)
class Row:
    """A row of the table, its columns in the schema's order."""

    user_id: str | None
    event_type: str
    item_id: str | None
    event_timestamp: datetime
    seq: int
    part: int


def as_table(rows: Sequence[Row]) -> pa.Table:
    columns = zip(*(astuple(row) for row in rows), strict=True) if rows else [[] for _ in SCHEMA.names]
    return pa.table([pa.array(values, field.type) for values, field in zip(columns, SCHEMA, strict=True)], schema=SCHEMA)


def sql_text(text: str | None) -> str:
    return "NULL" if text is None else "'" + text.replace("'", "''") + "'"


class History:
    """Commits one random change after another; `rows` is what the table holds by then."""

    def __init__(self, table: Path, seed: int, unique: bool) -> None:
        self.path = str(table)
        self.rows: list[Row] = []
        self.commits: dict[str, int] = {}
        self._unique = unique
        self._random = random.Random(f"history {seed}")
        self._seq = 0
        usual = [f"u{number:03d}" for number in range(240 if unique else 120)]
        self._keys: list[str | None] = [*usual, *ODD_KEYS * (1 if unique else 3), *UNSTORABLE_KEYS]
        DeltaTable.create(
            self.path,
            schema=SCHEMA,
            partition_by=["part"] if self._random.random() < 0.3 else None,
            configuration={"delta.enableChangeDataFeed": "true"},
        )
        self._table = DeltaTable(self.path)
        weights: dict[Callable[[], None], int] = {
            self._append: 30,
            self._update: 10,
            self._rekey: 8,
            self._delete_some: 5,
            self._delete_one: 8,
            self._delete_newest: 8,
            self._delete_old: 4,
            self._delete_and_insert: 8,
            self._merge: 20,
            self._overwrite: 2,
            self._overwrite_part: 6,
            self._optimize: 4,
        }
        self._steps = list(weights)
        self._weights = list(weights.values())

    def step(self) -> str:
        """One more change, in one commit or two; none where there is nothing to change. Returns what it was."""
        chosen = self._random.choices(self._steps, self._weights)[0] if len(self.rows) > 20 else self._append
        chosen()
        name = chosen.__name__.removeprefix("_")
        self.commits[name] = self.commits.get(name, 0) + 1
        return name

    def version(self) -> int:
        return self._table.version()

    # What is drawn.

    def _row(self, key: str | None, part: int | None = None) -> Row:
        """A new row. Half of the items are few, so that different rows make the same text."""
        self._seq += 1
        few = self._random.random() < 0.5
        return Row(
            key,
            self._random.choice(TYPES),
            self._random.choice([None, "i1", "i2", "i3"]) if few else f"i{self._seq}",
            EPOCH + timedelta(seconds=self._seq),
            self._seq,
            self._random.randrange(PARTS) if part is None else part,
        )

    def _free_keys(self, most: int, kept: Sequence[Row]) -> list[str | None]:
        """Keys for new rows beside those that are kept: with unique keys none that a row has."""
        count = self._random.randint(1, most)
        if not self._unique:
            return [self._random.choice(self._keys) for _ in range(count)]
        held = {row.user_id for row in kept}
        free = [key for key in self._keys if key not in held]
        return self._random.sample(free, min(count, len(free)))

    def _window(self) -> tuple[str, Callable[[Row], bool]]:
        """Some rows that lie together: as SQL, and as a function."""
        start = self._random.choice(self.rows).seq - self._random.randrange(WINDOW)
        modulus = self._random.choice([1, 2, 3])
        sql = f"seq >= {start} AND seq < {start + WINDOW} AND seq % {modulus} = 0"
        return sql, lambda row: start <= row.seq < start + WINDOW and row.seq % modulus == 0

    # What is done.

    def _write(self, rows: Sequence[Row], mode: str, predicate: str | None = None) -> None:
        write_deltalake(self._table, as_table(rows), mode=mode, predicate=predicate)

    def _append(self) -> None:
        most = self._random.choice([3, 20, 60])
        new = [self._row(key) for key in self._free_keys(most, self.rows)]
        if new:
            self._write(new, "append")
            self.rows += new

    def _delete(self, sql: str, holds: Callable[[Row], bool]) -> None:
        self._table.delete(sql)
        self.rows = [row for row in self.rows if not holds(row)]

    def _delete_some(self) -> None:
        self._delete(*self._window())

    def _delete_one(self) -> None:
        seq = self._random.choice(self.rows).seq
        self._delete(f"seq = {seq}", lambda row: row.seq == seq)

    def _delete_newest(self) -> None:
        """The newest row of a key: with many rows a key an older one counts from now on."""
        key = self._random.choice(self.rows).user_id
        seq = max(row.seq for row in self.rows if row.user_id == key)
        self._delete(f"seq = {seq}", lambda row: row.seq == seq)

    def _delete_old(self) -> None:
        """As a retention job does; it also keeps the table from growing for ever."""
        ordered = sorted(row.seq for row in self.rows)
        end = ordered[min(len(ordered) - 1, max(len(ordered) - 600, self._random.randint(1, 80)))]
        self._delete(f"seq < {end}", lambda row: row.seq < end)

    def _delete_and_insert(self) -> None:
        """All rows of a key go, and in the next commit it is there again."""
        key = self._random.choice(self.rows).user_id
        condition = "user_id IS NULL" if key is None else f"user_id = {sql_text(key)}"
        self._delete(condition, lambda row: row.user_id == key)
        new = [self._row(key)]
        self._write(new, "append")
        self.rows += new

    def _change(self, sql: str, holds: Callable[[Row], bool], updates: dict[str, str], changed: Callable[[Row], Row]) -> None:
        """An update; the rows' seq is moved behind all others, their order among themselves kept."""
        touched = [row.seq for row in self.rows if holds(row)]
        if not touched:
            return
        shift = self._seq + 1 - min(touched)
        self._table.update(predicate=sql, updates={**updates, "seq": f"seq + {shift}"})
        self.rows = [replace(changed(row), seq=row.seq + shift) if holds(row) else row for row in self.rows]
        self._seq = max(touched) + shift

    def _update(self) -> None:
        sql, holds = self._window()
        item = self._random.choice(["i1", f"new{self._seq}"])
        self._change(sql, holds, {"item_id": sql_text(item)}, lambda row: replace(row, item_id=item))

    def _rekey(self) -> None:
        """Rows change their key; with unique keys one row, to a key that no row has."""
        if self._unique:
            seq = self._random.choice(self.rows).seq
            keys = self._free_keys(1, self.rows)
            sql, holds = f"seq = {seq}", lambda row: row.seq == seq
        else:
            keys = [self._random.choice(self._keys)]
            sql, holds = self._window()
        if keys:
            key = keys[0]
            self._change(sql, holds, {"user_id": sql_text(key)}, lambda row: replace(row, user_id=key))

    def _merge(self) -> None:
        """In one commit rows are deleted, updated, re-keyed and inserted; keys may go and come back, or be swapped."""
        chosen = self._random.sample(self.rows, min(len(self.rows), self._random.randint(1, 24)))
        cut = self._random.randint(0, len(chosen))
        deleted, updated = chosen[:cut], chosen[cut:]
        touched = {row.seq for row in chosen}
        kept = [row for row in self.rows if row.seq not in touched]
        if self._random.random() < 0.5:
            keys = [row.user_id for row in updated]
            self._random.shuffle(keys)
        else:
            keys = [row.user_id for row in updated]
        after = [self._row(key, row.part) for key, row in zip(keys, updated, strict=True)]
        again = [row.user_id for row in deleted if self._random.random() < 0.4]
        if self._unique:
            again = list(dict.fromkeys(again))
        inserted = [self._row(key) for key in again]
        inserted += [self._row(key) for key in self._free_keys(12, [*kept, *after, *inserted])]
        source = pa.concat_tables([as_table(deleted), as_table(after), as_table(inserted)])
        matched = [row.seq for row in [*deleted, *updated]] + [-1] * len(inserted)
        action = ["delete"] * len(deleted) + ["update"] * len(updated) + ["insert"] * len(inserted)
        source = source.append_column("matched", pa.array(matched, pa.int64()))
        source = source.append_column("action", pa.array(action, pa.string()))
        values = {name: f"s.{name}" for name in SCHEMA.names}
        (
            self._table.merge(source, "t.seq = s.matched", source_alias="s", target_alias="t")
            .when_matched_delete(predicate="s.action = 'delete'")
            .when_matched_update(values, predicate="s.action = 'update'")
            .when_not_matched_insert(values, predicate="s.action = 'insert'")
            .execute()
        )
        self.rows = [*kept, *after, *inserted]

    def _overwrite(self) -> None:
        """The whole table at once; about half of the keys stay, with another row."""
        new = [self._row(key) for key in self._free_keys(250, [])]
        self._write(new, "overwrite")
        self.rows = new

    def _overwrite_part(self) -> None:
        part = self._random.randrange(PARTS)
        kept = [row for row in self.rows if row.part != part]
        new = [self._row(key, part) for key in self._free_keys(60, kept)]
        if new:
            self._write(new, "overwrite", f"part = {part}")
            self.rows = [*kept, *new]

    def _optimize(self) -> None:
        if self._random.random() < 0.5:
            self._table.optimize.compact()
        else:
            self._table.optimize.z_order(["user_id"])
