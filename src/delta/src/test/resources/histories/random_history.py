"""Writes a table with a random history by delta-rs, and prints what it ends as.

Arguments: the table's folder, a seed, the number of commits, and a kind: "events", "unique", or
"events_by_commit", whose commits write at most one row a key, and never move a row without changing it.

Prints one JSON object: each key with the item of its newest row. A row's seq is greater than that
of every row written before it, so the newest row of a key is that with the greatest seq.
"""

import json
import os
import random
import sys

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

SCHEMA = pa.schema([("user_id", pa.string()), ("item_id", pa.string()), ("seq", pa.int64())])
KEYS = ["plain", "", 'quo"te', "back\\slash", "ünï😀", "new\nline"] + [f"u{i}" for i in range(24)]


class History:
    def __init__(self, path, rng, kind):
        self.path, self.rng, self.seq = path, rng, 0
        self.unique = kind == "unique"
        self.by_commit = kind == "events_by_commit"
        write_deltalake(
            path,
            self.rows([]),
            configuration={"delta.enableChangeDataFeed": "true"},
        )

    def table(self):
        return DeltaTable(self.path)

    def live(self):
        return self.table().to_pyarrow_table().to_pylist()

    def rows(self, keys):
        rows = []
        for key in keys:
            self.seq += 1
            rows.append({"user_id": key, "item_id": f"i{self.seq}", "seq": self.seq})
        return pa.Table.from_pylist(rows, schema=SCHEMA)

    def some_keys(self, most):
        count = self.rng.randint(1, most)
        if self.unique or self.by_commit:
            return self.rng.sample(KEYS, min(count, len(KEYS)))
        return [self.rng.choice(KEYS) for _ in range(count)]

    def append(self):
        keys = self.some_keys(20)
        if self.unique:
            held = {row["user_id"] for row in self.live()}
            keys = [key for key in keys if key not in held]
        write_deltalake(self.path, self.rows(keys), mode="append")

    def overwrite(self):
        write_deltalake(self.path, self.rows(self.some_keys(30)), mode="overwrite")

    def predicate(self):
        left, right = self.rng.randint(0, 9), self.rng.randint(0, 9)
        return f"seq % 10 in ({left}, {right})"

    def delete(self):
        self.table().delete(self.predicate())

    def delete_old(self):
        self.table().delete(f"seq < {self.seq - self.rng.randint(5, 40)}")

    def delete_one(self):
        """Rewrites one file only: its rows are older than the file then."""
        live = self.live()
        if live:
            self.table().delete(f"seq = {self.rng.choice(live)['seq']}")

    def delete_newest(self):
        live = self.live()
        if live:
            key = self.rng.choice(live)["user_id"]
            newest = max(row["seq"] for row in live if row["user_id"] == key)
            self.table().delete(f"seq = {newest}")

    def update(self):
        """New content for some rows: they are written again, so their seq grows."""
        self.seq += 1
        step = self.seq
        self.table().update(
            predicate=self.predicate(),
            updates={"item_id": f"concat(item_id, '-{step}')", "seq": f"seq + {step}"},
        )
        self.seq = max([self.seq] + [row["seq"] for row in self.live()])

    def rekey(self):
        if self.unique:
            return self.update()
        self.seq += 1
        step = self.seq
        new = self.rng.choice(["u1", "u2", "u99"])
        self.table().update(
            predicate=self.predicate(), updates={"user_id": f"'{new}'", "seq": f"seq + {step}"}
        )
        self.seq = max([self.seq] + [row["seq"] for row in self.live()])

    def merge(self):
        source = self.rows(sorted(set(self.some_keys(12))))
        merge = self.table().merge(
            source, "t.user_id = s.user_id", source_alias="s", target_alias="t"
        )
        if self.unique:
            merge = merge.when_matched_update_all(predicate="s.seq % 3 > 0")
        merge = merge.when_matched_delete(predicate="s.seq % 3 = 0")
        merge.when_not_matched_insert_all().execute()

    def optimize(self):
        self.table().optimize.compact()

    def run(self, commits):
        steps = [self.append] * 4 + [self.delete_one, self.delete_newest, self.delete_old]
        if self.by_commit:
            # A merge puts rows of several commits into one file: their order is lost with it.
            steps += [self.delete_one, self.delete_newest] * 3
        else:
            steps += [self.delete, self.update, self.rekey, self.overwrite, self.optimize]
            steps += [self.merge] * 2
        while self.table().version() < commits:
            self.rng.choice(steps)()


def main():
    path, seed, commits, kind = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    history = History(path, random.Random(seed), kind)
    history.run(commits)
    newest = {}
    for row in sorted(history.live(), key=lambda row: row["seq"]):
        newest[row["user_id"]] = row["item_id"]
    print(json.dumps(newest), flush=True)
    os._exit(0)  # Arrow's threads may abort an ordinary end of the interpreter.


main()
