"""Writes Delta tables of user interactions with delta-rs, an independent implementation.

delta_tables.py create TABLE FEED [PARTITION_COLUMN ...]   makes an empty table; FEED: true or false
delta_tables.py append TABLE                               appends one commit of the events on stdin,
                                                           one JSON object a line; timestamps in
                                                           microseconds since the epoch
"""

import json
import sys

import pyarrow as pa
from deltalake import DeltaTable, write_deltalake

SCHEMA = pa.schema([
    ("event_id", pa.string()),
    ("user_id", pa.string()),
    ("item_id", pa.string()),
    ("event_type", pa.string()),
    ("event_timestamp", pa.timestamp("us", tz="UTC")),
])


def create(table, feed, *partition_by):
    DeltaTable.create(
        table,
        schema=SCHEMA,
        partition_by=list(partition_by),
        configuration={"delta.enableChangeDataFeed": feed},
    )


def append(table):
    events = [json.loads(line) for line in sys.stdin]
    columns = {name: [event[name] for event in events] for name in SCHEMA.names}
    write_deltalake(table, pa.table(columns, schema=SCHEMA), mode="append")


if __name__ == "__main__":
    {"create": create, "append": append}[sys.argv[1]](*sys.argv[2:])
