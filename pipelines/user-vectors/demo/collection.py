"""What the demo asks of the Milvus collection that Freshet fills: all reads are strong, so they see every write."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pymilvus import MilvusClient
from pymilvus.client.types import LoadState

STRONG = "Strong"
LOOK_UP = 1000


@dataclass(frozen=True)
class Neighbour:
    """A user near another."""

    user_id: str
    distance: float


def is_loaded(client: MilvusClient, name: str) -> bool:
    """Whether a collection is there and loaded."""
    return client.has_collection(name) and client.get_load_state(name)["state"] == LoadState.Loaded


class UserVectors:
    """The collection, read only."""

    def __init__(self, url: str, name: str) -> None:
        self.name = name
        self._client = MilvusClient(uri=url, timeout=30)

    def is_loaded(self) -> bool:
        """Whether it is there and answers: a new one is loaded a moment after it was made."""
        return is_loaded(self._client, self.name)

    def known_users(self, users: Sequence[str]) -> int:
        """How many of these users have a vector; 0 before the collection is loaded."""
        if not self.is_loaded():
            return 0
        rows = self._client.query(self.name, ids=list(users), output_fields=["user_id"], consistency_level=STRONG)
        return len(rows)

    def user_count(self) -> int:
        """0 before the collection is loaded."""
        return self.count_where("") if self.is_loaded() else 0

    def count_where(self, expression: str) -> int:
        """How many rows the expression holds for; all of them if it is empty."""
        rows = self._client.query(self.name, filter=expression, output_fields=["count(*)"], consistency_level=STRONG)
        return rows[0]["count(*)"]

    def vector(self, user: str) -> Sequence[float] | None:
        """None while the user has none."""
        rows = self._client.query(self.name, ids=[user], output_fields=["vector"], consistency_level=STRONG)
        return rows[0]["vector"] if rows else None

    def commit_versions(self, users: Iterable[str]) -> dict[str, int]:
        """The commit that each user's vector comes from; users without one are left out."""
        names = list(users)
        found: dict[str, int] = {}
        for start in range(0, len(names), LOOK_UP):
            rows = self._client.query(
                self.name,
                ids=names[start : start + LOOK_UP],
                output_fields=["commit_version"],
                consistency_level=STRONG,
            )
            found.update({row["user_id"]: row["commit_version"] for row in rows})
        return found

    def most_like(self, user: str, count: int) -> list[Neighbour]:
        """The users whose vectors are nearest to this user's, who is left out."""
        vector = self.vector(user)
        if vector is None:
            raise LookupError(f"{user} has no vector in {self.name}")
        hits = self._client.search(
            self.name,
            data=[vector],
            anns_field="vector",
            filter=f'user_id != "{user}"',
            limit=count,
            output_fields=["user_id"],
            consistency_level=STRONG,
        )
        return [Neighbour(hit["entity"]["user_id"], hit["distance"]) for hit in hits[0]]

    def metric(self) -> str:
        """How distance is measured, as Milvus names it."""
        index = self._client.list_indexes(self.name, field_name="vector")[0]
        return self._client.describe_index(self.name, index)["metric_type"]

    def close(self) -> None:
        self._client.close()
