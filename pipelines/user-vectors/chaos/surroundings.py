"""What stands around a pipeline: Milvus behind its proxy, the Pushgateway, and Spark."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from pathlib import Path

from collection import is_loaded
from liar import WrongAnswers
from link import Link
from processes import DemoError, free_port
from pymilvus import MilvusClient
from servers import Server, start_milvus, start_pushgateway
from spark import Place

ENDED_ITSELF = -signal.SIGABRT


class Servers:
    """They live on over the rounds, which have collections of their own."""

    def __init__(self, kind: str, runner: str, folder: Path, seed: int, stack: contextlib.ExitStack) -> None:
        self.kind = kind
        self.place = Place.start(runner, folder, stack)
        self.milvus: Server = start_milvus(kind, folder, stack)
        pushgateway = start_pushgateway(folder, stack)
        if pushgateway is None:
            raise DemoError("The chaos test needs prometheus-pushgateway")
        self.pushgateway = pushgateway
        self.answers = WrongAnswers(folder, int(self.milvus.url.rpartition(":")[2]), seed, stack)
        self.link = Link(folder, free_port(), self.answers.port, seed, stack)

    def revive_milvus(self) -> bool:
        """Starts Milvus again if it has ended itself, as 2.3.5 does when it was frozen for too long for its session."""
        if self.milvus.process.status != ENDED_ITSELF:
            return False
        self.milvus.restart()
        return True

    def can_read(self, collection: str) -> bool:
        """Whether it is there and loaded. A restarted Milvus 2.3.5 takes its time to load, Lite needs to be asked."""
        with self._client() as client:
            return is_loaded(client, collection)

    def drop(self, collection: str) -> None:
        with self._client() as client:
            client.drop_collection(collection)

    @contextlib.contextmanager
    def _client(self) -> Iterator[MilvusClient]:
        client = MilvusClient(uri=self.milvus.url, timeout=30, dedicated=True)
        try:
            yield client
        finally:
            client.close()
