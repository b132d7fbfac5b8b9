"""Looks at a collection all the time, and notes each key that shows an older state after a newer one."""

from __future__ import annotations

import contextlib
import threading

import grpc
from judge import MOST_ROWS, Difference
from processes import DemoError
from pymilvus import MilvusClient, MilvusException

PAUSE_SECONDS = 0.3
READ_LIMIT = 5.0


class Regressions:
    """The newest version that each key has been seen with, and the keys that went back behind it."""

    def __init__(self) -> None:
        self.differences: list[Difference] = []
        self._newest: dict[str, int] = {}

    def see(self, versions: dict[str, int]) -> None:
        """Keys that are not there are deleted, or not written yet: a key may be deleted and come again, as newer."""
        for key, version in versions.items():
            newest = self._newest.get(key, version)
            if version < newest:
                self.differences.append(Difference("back", key, f"showed version {version} after version {newest}"))
            self._newest[key] = max(version, newest)


class Witness(threading.Thread):
    """Reads with strong consistency, past the proxy, as often as Milvus answers."""

    def __init__(self, url: str, collection: str, stack: contextlib.ExitStack) -> None:
        super().__init__(name="witness", daemon=True)
        self._url = url
        self._collection = collection
        self._stop_asked = threading.Event()
        self._regressions = Regressions()
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
                rows = client.query(
                    self._collection,
                    filter="commit_version >= -1",
                    output_fields=["user_id", "commit_version"],
                    limit=MOST_ROWS,
                    consistency_level="Strong",
                    timeout=READ_LIMIT,
                )
                self._regressions.see({row["user_id"]: row["commit_version"] for row in rows})
                self.looks += 1
        finally:
            client.close()
