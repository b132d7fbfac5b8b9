"""A table whose keys have one state after another, and a pipeline that follows it."""

from __future__ import annotations

import contextlib
from pathlib import Path

from deltalake import DeltaTable, write_deltalake
from follower import LEASE_SECONDS, Follower, Setting
from history import EPOCH, SCHEMA, Row, as_table
from judge import Collection, Difference, Models, compare, newest_rows, read_collection, text_of
from link import MARK
from paths import PROJECT
from processes import wait_until
from surroundings import Servers
from tables import rows_of

KEYS = 20
LIMIT = 180.0


class States:
    """Each commit gives every key a new state, named by its item."""

    def __init__(
        self,
        name: str,
        settle: float,
        servers: Servers,
        launcher: Path,
        folder: Path,
        stack: contextlib.ExitStack,
        more: tuple[str, ...] = (),
        lease: float = LEASE_SECONDS,
    ) -> None:
        folder.mkdir()
        self._servers = servers
        self._models = Models(PROJECT / "docs/models.md")
        self._setting = Setting(
            launcher=launcher,
            folder=folder,
            milvus=servers.link.url,
            collection=name,
            keys="events",
            pushgateway=None,
            settle=settle,
            lease=lease,
            runner=servers.place.options(),
            more=more,
        )
        DeltaTable.create(str(self._setting.table), schema=SCHEMA, configuration={"delta.enableChangeDataFeed": "true"})
        self.commit("first")
        self.follower = Follower(self._setting, servers.milvus.url, stack)

    def commit(self, item: str) -> None:
        """One row for each key."""
        version = DeltaTable(str(self._setting.table)).version()
        rows = [self._row(number, item, version * KEYS + number) for number in range(KEYS)]
        write_deltalake(str(self._setting.table), as_table(rows), mode="append")

    def _row(self, number: int, item: str, seq: int) -> Row:
        return Row(f"{MARK}{number:02}", "view", item, EPOCH, seq, 0)

    def wait_for(self, item: str) -> None:
        self.follower.process.wait_until(f"rows of '{item}'", LIMIT, lambda: self.holds(item), step=0.1)

    def holds(self, item: str) -> bool:
        """Whether every key has that state; false while there is no collection that can be read."""
        if not self._servers.can_read(self._setting.collection):
            return False
        wanted = {self._models.row_hash(text_of(self._row(number, item, 0))) for number in range(KEYS)}
        return {row.row_hash for row in self._read().rows} == wanted

    def drain_and_stop(self) -> None:
        wait_until("the ledger", LIMIT, self._is_drained, step=0.5)
        self.follower.stop()

    def differences(self) -> list[Difference]:
        return compare(newest_rows(rows_of(self._setting.table)), self._read(), self._models)

    def _read(self) -> Collection:
        return read_collection(self._servers.milvus.url, self._setting.collection)

    def _is_drained(self) -> bool:
        totals = self.follower.status()
        return totals is not None and totals.commits_behind == 0 and not totals.in_flight
