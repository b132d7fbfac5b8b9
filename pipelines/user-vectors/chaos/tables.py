"""What a Delta table says, read from its log and its files without Freshet and without delta-rs's change data feed."""

from __future__ import annotations

import json
import urllib.parse
from pathlib import Path

import pyarrow.parquet as pq
from deltalake import DeltaTable
from history import Row


def rows_of(table: Path) -> list[Row]:
    """The rows of the newest version, by delta-rs."""
    return [Row(**row) for row in DeltaTable(str(table)).to_pyarrow_table().to_pylist()]


def versions_of(table: Path) -> int:
    return len(list((table / "_delta_log").glob("*.json")))


def changes_in_feed(table: Path) -> int:
    """How many rows the change data feed has from version 0 on: inserts, deletes, preimages and postimages.

    The protocol's rule: a commit's change files are all of its changes; without any they are the rows of the files that
    it added and removed, save where it says that these change no data.
    """
    return sum(_changes(table, version) for version in range(versions_of(table)))


def _changes(table: Path, version: int) -> int:
    lines = (table / "_delta_log" / f"{version:020}.json").read_text().splitlines()
    actions = [json.loads(line) for line in lines]
    files = [action["cdc"] for action in actions if "cdc" in action]
    if not files:
        moved = [action.get("add") or action.get("remove") for action in actions]
        files = [file for file in moved if file and file["dataChange"]]
    return sum(pq.read_metadata(table / urllib.parse.unquote(file["path"])).num_rows for file in files)
