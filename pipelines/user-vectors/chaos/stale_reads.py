"""Shows without Freshet that reads of Milvus can go back: one client upserts rising versions, others read strongly.

python stale_reads.py --folder=EMPTY_FOLDER [--milvus=2.3.5] [--readers=3] [--seconds=30]

Prints how many reads of one reader showed an older version of a key than an earlier read of its own did.
"""

from __future__ import annotations

import argparse
import contextlib
import threading
import time
from pathlib import Path

import paths  # noqa: F401
from pymilvus import DataType, MilvusClient
from servers import MILVUS, start_milvus
from witness import Regressions

NAME = "stale_reads"
KEYS = 200
ROWS = 40


def create(client: MilvusClient) -> None:
    """The collection as the pipeline makes it, but for a small vector."""
    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("user_id", DataType.VARCHAR, is_primary=True, max_length=256)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=8)
    schema.add_field("commit_version", DataType.INT64)
    index = client.prepare_index_params()
    index.add_index("vector", index_type="IVF_FLAT", metric_type="L2", params={"nlist": 1024})
    client.create_collection(NAME, schema=schema, index_params=index)


def write(url: str, stop: threading.Event) -> None:
    client = MilvusClient(uri=url, timeout=30, dedicated=True)
    version = 0
    while not stop.is_set():
        version += 1
        keys = [f"u{(version * 7 + number) % KEYS}" for number in range(ROWS)]
        client.upsert(NAME, [{"user_id": key, "vector": [1.0] * 8, "commit_version": version} for key in keys])
    client.close()


def read(url: str, stop: threading.Event, reads: list[bool]) -> None:
    """Adds to `reads` whether each read went back behind an earlier one."""
    client = MilvusClient(uri=url, timeout=30, dedicated=True)
    regressions = Regressions(looks=1)
    while not stop.is_set():
        rows = client.query(
            NAME, filter="commit_version >= -1", output_fields=["user_id", "commit_version"], limit=1000, consistency_level="Strong"
        )
        reads.append(bool(regressions.see((row["user_id"], row["commit_version"]) for row in rows)))
    client.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--milvus", choices=list(MILVUS), default="2.3.5")
    parser.add_argument("--readers", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=30.0)
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        url = start_milvus(options.milvus, options.folder, stack).url
        client = MilvusClient(uri=url, timeout=30, dedicated=True)
        create(client)
        stop = threading.Event()
        reads: list[bool] = []
        threads = [threading.Thread(target=write, args=(url, stop))]
        threads += [threading.Thread(target=read, args=(url, stop, reads)) for _ in range(options.readers)]
        for thread in threads:
            thread.start()
        time.sleep(options.seconds)
        stop.set()
        for thread in threads:
            thread.join()
        client.close()
    print(f"Milvus {options.milvus}, {options.readers} readers: {sum(reads)} of {len(reads)} reads went back")


if __name__ == "__main__":
    main()
