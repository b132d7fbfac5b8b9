"""A request outlives its sender: the proxy holds it back beyond the lease, and delivers it after newer ones."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

from deltalake import DeltaTable, write_deltalake
from follower import LEASE_SECONDS, Follower, Setting
from history import EPOCH, SCHEMA, Row, as_table
from judge import Collection, Difference, Models, compare, newest_rows, read_collection, text_of
from paths import PROJECT
from processes import DemoError, wait_until
from surroundings import Servers
from tables import rows_of

HELD_SECONDS = LEASE_SECONDS + 2.0
SETTLE_ABOVE = 2 * HELD_SECONDS
SETTLE_BELOW = 0.5
KEYS = 20
LIMIT = 90.0


class Held:
    """Writes three states of some keys: the second is held back, its sender killed, the third written meanwhile."""

    def __init__(
        self, name: str, settle: float, servers: Servers, launcher: Path, folder: Path, stack: contextlib.ExitStack
    ) -> None:
        folder.mkdir()
        self._servers = servers
        self._models = Models(PROJECT / "docs/models.md")
        self._setting = Setting(
            launcher=launcher,
            folder=folder,
            milvus=servers.link.url,
            collection=f"held_{name}",
            keys="events",
            pushgateway=None,
            runner=servers.place.options(),
            settle=settle,
        )
        DeltaTable.create(str(self._setting.table), schema=SCHEMA, configuration={"delta.enableChangeDataFeed": "true"})
        self._commit("first")
        self.follower = Follower(self._setting, servers.milvus.url, stack)

    def play(self, newer_is_there: bool) -> list[Difference]:
        """What differs in the end. `newer_is_there`: the bytes are held until the third state can be read."""
        link = self._servers.link
        self._wait_for("first")
        link.hold()
        self._commit("second")
        wait_until("a request that is held back", LIMIT, lambda: link.held_bytes() > KEYS * 512)
        due = time.monotonic() + HELD_SECONDS
        self.follower.process.kill()
        link.let_new_ones_pass()
        self._commit("third")
        self.follower.process = self.follower.start_another()
        if newer_is_there:
            self._wait_for("third")
        wait_until("the end of the lease", LIMIT, lambda: time.monotonic() >= due)
        if self._holds("third") != newer_is_there:
            raise DemoError(f"The newest rows are {'not ' if newer_is_there else ''}there before the old ones arrive")
        link.release()
        if newer_is_there:
            # Nothing writes any more: what arrives now stays.
            wait_until("arrival of the old rows", LIMIT, lambda: not self._holds("third"))
        else:
            self._wait_for("third")
        wait_until("the ledger", LIMIT, self._is_drained, step=0.5)
        self.follower.stop()
        return self.differences()

    def differences(self) -> list[Difference]:
        return compare(newest_rows(rows_of(self._setting.table)), self._read(), self._models)

    def _commit(self, item: str) -> None:
        """One row for each key."""
        version = DeltaTable(str(self._setting.table)).version()
        rows = [self._row(number, item, version * KEYS + number) for number in range(KEYS)]
        write_deltalake(str(self._setting.table), as_table(rows), mode="append")

    def _row(self, number: int, item: str, seq: int) -> Row:
        return Row(f"u{number}", "view", item, EPOCH, seq, 0)

    def _wait_for(self, item: str) -> None:
        self.follower.process.wait_until(f"rows of '{item}'", LIMIT, lambda: self._holds(item), step=0.1)

    def _holds(self, item: str) -> bool:
        """Whether every key has that state; false while there is no collection that can be read."""
        if not self._servers.can_read(self._setting.collection):
            return False
        wanted = {self._models.row_hash(text_of(self._row(number, item, 0))) for number in range(KEYS)}
        return {row.row_hash for row in self._read().rows} == wanted

    def _read(self) -> Collection:
        return read_collection(self._servers.milvus.url, self._setting.collection)

    def _is_drained(self) -> bool:
        totals = self.follower.status()
        return totals is not None and totals.commits_behind == 0 and not totals.in_flight


def play_held(servers: Servers, launcher: Path, folder: Path, show: Callable[[str], None]) -> bool:
    """Whether both parts end as they must."""
    with contextlib.ExitStack() as stack:
        held = Held("above", SETTLE_ABOVE, servers, launcher, folder / "above", stack)
        above = held.play(newer_is_there=False)
        verified = held.follower.verify("--vectors=true")
        show(
            f"--settle={SETTLE_ABOVE:.0f}s, an old request arrives {HELD_SECONDS:.0f} s late: {len(above)} differences,"
            f" verify exits with {verified.returncode}"
        )
    is_well = not above and verified.returncode == 0
    with contextlib.ExitStack() as stack:
        held = Held("below", SETTLE_BELOW, servers, launcher, folder / "below", stack)
        below = held.play(newer_is_there=True)
        found = held.follower.verify()
        stale = sum(line.startswith("stale ") for line in found.stdout.splitlines())
        show(
            f"--settle={SETTLE_BELOW}s, an old request arrives after newer rows: {len(below)} differences,"
            f" verify names {stale} and exits with {found.returncode}"
        )
        repaired = held.follower.verify("--repair=true")
        left = held.differences()
        again = held.follower.verify()
        show(
            f"verify --repair exits with {repaired.returncode}: {len(left)} differences are left,"
            f" verify exits with {again.returncode}"
        )
    is_well &= len(below) == stale == KEYS and found.returncode == 1
    is_well &= not left and repaired.returncode == 0 and again.returncode == 0
    if not is_well:
        for name, done in (("verify", found), ("verify --repair", repaired), ("verify", again)):
            show(f"{name}:\n{done.stdout}{done.stderr}")
    return is_well
