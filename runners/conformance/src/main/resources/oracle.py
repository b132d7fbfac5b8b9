"""Writes tables with delta-rs and reads collections with pymilvus, for tests of the pipeline.

A resident interpreter: each line of input is a JSON object with `code` (Python statements, the last of which may be an
expression) and `names` (its variables); the answer is a line with the expression's `value`, or an `error`.

What a collection must hold is worked out from the log's JSON and the data files by this script alone, and vectors by the Python in
docs/models.md, which is the only argument. Nothing of the pipeline is used.
"""

import ast
import contextlib
import datetime
import decimal
import json
import pathlib
import random
import re
import sys
import time
import traceback
import urllib.parse

import numpy
import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable, write_deltalake
from pymilvus import DataType, MilvusClient, MilvusException

FEED_ON = {"delta.enableChangeDataFeed": "true"}
TEMPLATE = "{user_id} {event_type} {item_id}"
EVENT = pa.schema(
    [
        ("event_id", pa.string()),
        ("user_id", pa.string()),
        ("item_id", pa.string()),
        ("event_type", pa.string()),
        ("event_timestamp", pa.timestamp("us", "UTC")),
    ]
)
NOT_LOADED = 101
MODELS = {}
exec(re.search(r"```python\n(.*?)```", pathlib.Path(sys.argv[1]).read_text(), re.DOTALL).group(1), MODELS)


def append(table, rows, schema=EVENT, feed=True, **more):
    """Appends rows, dicts that may lack columns, in one commit."""
    configuration = {"configuration": FEED_ON} if feed and not DeltaTable.is_deltatable(table) else {}
    write_deltalake(table, pa.Table.from_pylist(rows, schema), mode="append", **configuration, **more)


def event(number, user):
    chance = random.Random(number)
    return {
        "event_id": f"e{number}",
        "user_id": user,
        "item_id": f"i{chance.randrange(1000)}",
        "event_type": chance.choice(["view", "click", "buy"]),
        "event_timestamp": datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc) + datetime.timedelta(seconds=number),
    }


def events(table, commits, rows, users, first=0, partition_by=None, **more):
    """Appends commits of events of random users; numbers go on from `first`. Returns the number after the last."""
    chance = random.Random(first)
    for commit in range(commits):
        start = first + commit * rows
        append(
            table,
            [event(number, f"u{chance.randrange(users)}") for number in range(start, start + rows)],
            partition_by=partition_by,
            **more,
        )
    return first + commits * rows


def distinct(table, rows, first=0, **more):
    """Appends one commit of events, one a user."""
    append(table, [event(number, f"u{number}") for number in range(first, first + rows)], **more)


def rows(table):
    """What the table holds, by event id."""
    return sorted(DeltaTable(table).to_pyarrow_table().to_pylist(), key=lambda row: row["event_id"])


def merge(table, source, remove):
    """Inserts what is new, updates what is there by event id, and deletes what the predicate says."""
    changed = [row | {"item_id": row["item_id"] if row["item_id"] == "seen" else "merged"} for row in source]
    merged = DeltaTable(table).merge(
        pa.Table.from_pylist(changed, EVENT), "t.event_id = s.event_id", source_alias="s", target_alias="t"
    )
    merged.when_matched_delete(predicate=remove).when_matched_update_all().when_not_matched_insert_all().execute()


def overwrite(table, all_rows):
    """Replaces every row in one commit."""
    write_deltalake(table, pa.Table.from_pylist(all_rows, EVENT), mode="overwrite")


def replace(table):
    """CREATE OR REPLACE TABLE: the same log goes on, with another id and no row."""
    DeltaTable.create(table, EVENT, mode="overwrite", configuration=FEED_ON)


def actions(table, version):
    lines = (pathlib.Path(table) / "_delta_log" / f"{version:020}.json").read_text().splitlines()
    return [json.loads(line) for line in lines]


def added(table, version):
    """The rows that a commit added, in order."""
    rows = []
    for action in actions(table, version):
        add = action.get("add")
        if add and add["dataChange"]:
            file = pathlib.Path(table) / urllib.parse.unquote(add["path"])
            rows += [row | add["partitionValues"] for row in pq.ParquetFile(file).read().to_pylist()]
    return rows


def versions(table):
    return len(list((pathlib.Path(table) / "_delta_log").glob("*.json")))


def feed(table, start=0, end=None):
    """How many rows the commits from `start` to `end` added."""
    return sum(len(added(table, v)) for v in range(start, versions(table) if end is None else end + 1))


def newest(table, start=0, end=None, snapshot=None):
    """The newest row of each user and the version it is to be stored with."""
    rows = {}
    for version in range(0 if snapshot is not None else start, versions(table) if end is None else end + 1):
        for row in added(table, version):
            rows[row["user_id"]] = (version if snapshot is None else max(version, snapshot), row)
    return rows


def fed(table):
    """The change data feed as delta-rs reads it."""
    return pa.table(DeltaTable(table).load_cdf(0)).to_pylist()


def newest_left(table):
    """The newest row of each user of those that the table has now; event ids are the rows' own."""
    written = {}
    for row in fed(table):
        if row["_change_type"] in ("insert", "update_postimage"):
            written[row["event_id"]] = max(row["_commit_version"], written.get(row["event_id"], 0))
    rows = {}
    for row in DeltaTable(table).to_pyarrow_table().to_pylist():
        rank = (written[row["event_id"]], row["event_timestamp"])
        if row["user_id"] not in rows or rank > rows[row["user_id"]][0]:
            rows[row["user_id"]] = (rank, row)
    return {user: row for user, (_, row) in rows.items()}


def latest(table):
    """The row of each user with the latest time."""
    rows = {}
    for row in DeltaTable(table).to_pyarrow_table().to_pylist():
        if row["user_id"] not in rows or row["event_timestamp"] > rows[row["user_id"]]["event_timestamp"]:
            rows[row["user_id"]] = row
    return rows


def forget_commits(table):
    """Writes a checkpoint and cleans all commits away that it makes needless."""
    DeltaTable(table).alter.set_table_properties({"delta.logRetentionDuration": "interval 0 seconds"})
    DeltaTable(table).create_checkpoint()
    time.sleep(1.1)  # Commit files have times of full seconds.
    DeltaTable(table).cleanup_metadata()


def vacuum_changes(table):
    """Removes all change data files, as VACUUM does when they are older than the retention."""
    files = list((pathlib.Path(table) / "_change_data").rglob("*.parquet"))
    for file in files:
        file.unlink()
    return len(files)


@contextlib.contextmanager
def milvus(uri):
    client = MilvusClient(uri=uri, dedicated=True)  # A shared one is not closed and pings for ever.
    try:
        yield client
    finally:
        client.close()


def when_loaded(read):
    """The standalone Milvus loads its collections again some seconds after a restart."""
    end = time.monotonic() + 60
    while True:
        try:
            return read()
        except MilvusException as error:
            if error.code != NOT_LOADED or time.monotonic() > end:
                raise
            time.sleep(0.2)


def stored(uri, collection):
    with milvus(uri) as client:
        return when_loaded(
            lambda: client.query(
                collection,
                filter="commit_version >= -1",
                output_fields=["user_id", "vector", "commit_version", "row_hash"],
                limit=16000,
                consistency_level="Strong",
            )
        )


def count(uri, collection):
    with milvus(uri) as client:
        if not client.has_collection(collection):
            return -1
        return client.query(collection, filter="", output_fields=["count(*)"], consistency_level="Strong")[0]["count(*)"]


def is_storable(key):
    return bool(key) and len(key.encode()) <= 256


def differences(uri, collection, table, template=TEMPLATE, **which):
    """What is wrong with the collection; a handful of each kind. Empty lists if it is as the table says."""
    return compared(uri, collection, newest(table, **which), template)


def compared(uri, collection, states, template):
    """`states` are the version and the row of each user; no version stands for any."""
    expected = {user: row for user, row in states.items() if is_storable(user)}
    found = stored(uri, collection)
    rows = {row["user_id"]: row for row in found}
    wrong = {"version": [], "hash": [], "vector": []}
    for user in expected.keys() & rows.keys():
        version, row = expected[user]
        text = template.format(**{name: "" if value is None else value for name, value in row.items()})
        if version is not None and rows[user]["commit_version"] != version:
            wrong["version"].append([user, version, rows[user]["commit_version"]])
        if rows[user]["row_hash"] != MODELS["row_hash"](text):
            wrong["hash"].append([user, text])
        vector = MODELS["embed"](text, len(rows[user]["vector"]))
        if not numpy.array_equal(numpy.float32(rows[user]["vector"]), numpy.float32(vector)):
            wrong["vector"].append([user, text])
    return {
        "missing": sorted(expected.keys() - rows.keys())[:5],
        "extra": sorted(rows.keys() - expected.keys())[:5],
        "twice": len(found) - len(rows),
    } | {kind: cases[:5] for kind, cases in wrong.items()}


def differences_now(uri, collection, table, template=TEMPLATE):
    """As `differences`, by what the table holds now; versions are not compared, for a delete may leave any."""
    return compared(uri, collection, {user: (None, row) for user, row in newest_left(table).items()}, template)


def differences_latest(uri, collection, table, template=TEMPLATE, others=()):
    """As `differences`, by the latest row of each user; `others` are keys that are not the table's."""
    wrong = compared(uri, collection, {user: (None, row) for user, row in latest(table).items()}, template)
    return wrong | {"extra": [key for key in wrong["extra"] if key not in others]}


def insert(uri, collection, key, dimension):
    """A row that nobody but its owner knows of."""
    with milvus(uri) as client:
        client.load_collection(collection)
        client.insert(collection, [{"user_id": key, "vector": [0.5] * dimension, "commit_version": 0, "row_hash": 1}])


def own_vectors(uri, collection, vectors):
    """Users whose stored vector or hash is not that of `vectors`: a list of numbers for each user."""
    rows = {row["user_id"]: row for row in stored(uri, collection)}
    wrong = sorted(vectors.keys() ^ rows.keys())
    for user in vectors.keys() & rows.keys():
        single = numpy.array(vectors[user], dtype=">f4")
        value = MODELS["h"](b"V", single.tobytes())
        hashed = value - (1 << 64) if value >> 63 else value
        if not numpy.array_equal(numpy.float32(rows[user]["vector"]), single) or rows[user]["row_hash"] != hashed:
            wrong.append(user)
    return wrong


def first_file(table, version):
    name = next(action["add"]["path"] for action in actions(table, version) if "add" in action)
    return pathlib.Path(table) / urllib.parse.unquote(name)


def truncate(table, version):
    """Cuts the last bytes off the commit's first data file; returns its name."""
    file = first_file(table, version)
    whole = file.read_bytes()
    file.with_name("whole").write_bytes(whole)
    file.write_bytes(whole[:-100])
    return file.name


def restore(table, version):
    """Makes a truncated file whole again."""
    file = first_file(table, version)
    file.write_bytes(file.with_name("whole").read_bytes())


def make_collection(uri, collection, dimension):
    """As the pipeline makes them, but for its mark."""
    with milvus(uri) as client:
        schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("user_id", DataType.VARCHAR, is_primary=True, max_length=256)
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
        schema.add_field("commit_version", DataType.INT64)
        schema.add_field("row_hash", DataType.INT64)
        index = client.prepare_index_params()
        index.add_index("vector", index_type="IVF_FLAT", metric_type="L2", params={"nlist": 1024})
        client.create_collection(collection, schema=schema, index_params=index)


def drop(uri, collection):
    with milvus(uri) as client:
        client.drop_collection(collection)


def answer(request):
    names = request["names"]
    code = ast.parse(request["code"])
    last = code.body.pop() if isinstance(code.body[-1], ast.Expr) else None
    scope = globals() | names
    with contextlib.redirect_stdout(sys.stderr):
        exec(compile(code, "request", "exec"), scope)
        return eval(compile(ast.Expression(last.value), "request", "eval"), scope) if last else None


for line in sys.stdin:
    try:
        reply = {"value": answer(json.loads(line))}
    except Exception:
        reply = {"error": traceback.format_exc()}
    print(json.dumps(reply), flush=True)
