"""Looks at a collection all the time, and notes each key that shows an older state after a newer one."""

from __future__ import annotations

import contextlib
import threading
from collections import Counter
from collections.abc import Iterable

import grpc
from diary import Diary
from judge import MOST_ROWS, Difference
from processes import DemoError
from pymilvus import MilvusClient, MilvusException

PAUSE_SECONDS = 0.3
# Milvus 2.3.5 now and then shows rows of long ago when several clients read at once. Asked for the newer ones alone, it
# has them; and it is right again soon. So a doubtful look is asked again there, and two in a row must say so.
LOOKS = {"lite": 1, "2.3.5": 2}
READ_LIMIT = 5.0


class Regressions:
    """The newest version that each key has been seen with, and the keys that went back behind it."""

    def __init__(self, looks: int) -> None:
        """A key has gone back when so many looks in a row say so."""
        self.differences: list[Difference] = []
        self._looks = looks
        self._newest: dict[str, int] = {}
        self._behind: Counter[str] = Counter()

    def doubtful_from(self, rows: Iterable[tuple[str, int]]) -> int | None:
        """The oldest version that a key should show which shows an older one; None if each shows what it should."""
        versions = dict(rows)
        return min((seen for key, seen in self._newest.items() if versions.get(key, seen) < seen), default=None)

    def see(self, rows: Iterable[tuple[str, int]]) -> list[Difference]:
        """Takes in keys and versions, and returns what this look says. Of several rows of a key the newest counts: a
        Milvus whose upsert is an insert and a delete may show both. Keys that are not there are deleted, or not
        written yet."""
        versions: dict[str, int] = {}
        for key, version in rows:
            versions[key] = max(version, versions.get(key, version))
        doubted = []
        for key, version in versions.items():
            newest = self._newest.get(key, version)
            if version >= newest:
                self._newest[key] = version
                self._behind.pop(key, None)
                continue
            doubted.append(Difference("back", key, f"showed version {version} after version {newest}"))
            self._behind[key] += 1
            if self._behind[key] == self._looks:
                self.differences.append(doubted[-1])
        return doubted


class Witness(threading.Thread):
    """Reads with strong consistency, past the proxy, as often as Milvus answers."""

    def __init__(self, url: str, collection: str, looks: int, diary: Diary, stack: contextlib.ExitStack) -> None:
        super().__init__(name="witness", daemon=True)
        self._diary = diary
        self._url = url
        self._collection = collection
        self._stop_asked = threading.Event()
        self._regressions = Regressions(looks)
        self._asks_again = looks > 1
        self._failure: Exception | None = None
        self.looks = 0
        self.start()
        stack.callback(self.stop)

    def run(self) -> None:
        try:
            while not self._stop_asked.is_set():
                # Not there yet, away, frozen, starting or released: faults do that to it.
                with contextlib.suppress(MilvusException, grpc.RpcError):
                    self._watch()
                self._stop_asked.wait(PAUSE_SECONDS)
        except Exception as failure:  # Raised again by whoever hears the witness.
            self._failure = failure

    def stop(self) -> None:
        self._stop_asked.set()
        self.join()

    def hear(self) -> list[Difference]:
        """What it has noted. It fails if it has seen nothing, or could not go on looking."""
        self.stop()
        if self._failure is not None:
            raise self._failure
        if self.looks == 0:
            raise DemoError("The witness has seen nothing")
        return self._regressions.differences

    def _watch(self) -> None:
        client = MilvusClient(uri=self._url, timeout=READ_LIMIT, dedicated=True)
        try:
            while not self._stop_asked.wait(PAUSE_SECONDS):
                rows = self._read(client, -1)
                twice = len(rows) - len(dict(rows))
                doubtful = self._regressions.doubtful_from(rows)
                if doubtful is not None and self._asks_again:
                    rows += self._read(client, doubtful)
                doubted = self._regressions.see(rows)
                if doubtful is not None or twice:
                    self._diary.note(
                        f"look {self.looks} of {len(rows)} rows, up to version {max(version for _, version in rows)}:"
                        f" {twice} more than keys, some older than version {doubtful}, {len(doubted)} went back"
                        + "".join(f"; {each}" for each in doubted[:3])
                    )
                self.looks += 1
        finally:
            client.close()

    def _read(self, client: MilvusClient, first: int) -> list[tuple[str, int]]:
        """Keys and versions of the rows of a version and later ones."""
        rows = client.query(
            self._collection,
            filter=f"commit_version >= {first}",
            output_fields=["user_id", "commit_version"],
            limit=MOST_ROWS,
            consistency_level="Strong",
            timeout=READ_LIMIT,
        )
        return [(row["user_id"], row["commit_version"]) for row in rows]
