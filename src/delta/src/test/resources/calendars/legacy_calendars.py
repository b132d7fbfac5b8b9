"""Makes a table whose files count dates and timestamps by the older calendar, with Spark, and what Spark reads of it.

    python legacy_calendars.py OUT          needs pyspark 3.5.6 and delta-spark 3.3.2
    tar -czf calendars.tar.gz -C OUT .      what the tests unpack

Each commit is written in another way: by the older calendar (LEGACY) and by the new one (CORRECTED), in several time zones, with timestamps of each
stored type; the last two are an UPDATE and a DELETE by the older one. `table/`, `expected.jsonl` and `meta.json` are as in ../corpus/README.md.
"""

import argparse
import datetime
import json
import os
import random
import shutil
import sys
import time

os.environ["TZ"] = "UTC"
time.tzset()

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "schemas"))
from schema_changes import session  # noqa: E402

COLUMNS = "id INT, day DATE, instant TIMESTAMP, local TIMESTAMP_NTZ, days ARRAY<DATE>, nested STRUCT<instant: TIMESTAMP>, by_day MAP<DATE, TIMESTAMP>"
ZONES = ["UTC", "America/Los_Angeles", "Europe/Amsterdam", "Asia/Shanghai", "Pacific/Kiritimati", "GMT+05:30"]
TYPES = ["TIMESTAMP_MICROS", "TIMESTAMP_MILLIS", "INT96"]
DAYS = ["0001-01-01", "0004-02-29", "1000-03-01", "1500-02-10", "1582-10-04", "1582-10-10", "1582-10-15", "1883-11-18", "1899-12-31", "1970-01-01"]
TIME = "date_format(%s, \"yyyy-MM-dd'T'HH:mm:ss.SSSSSS\")"


def values(chance, count):
    """Days and microseconds since 1970 of the new calendar."""
    epoch = datetime.date(1970, 1, 1)
    named = [(datetime.date.fromisoformat(day) - epoch).days for day in DAYS]
    days = named + [chance.randrange(-719162, 20000) for _ in range(count - len(named))]
    return [(day, day * 86_400_000_000 + chance.randrange(86_400_000) * 1000) for day in days]


def write(spark, table, first, mode, zone, stored, rows):
    spark.conf.set("spark.sql.session.timeZone", zone)
    spark.conf.set("spark.sql.parquet.datetimeRebaseModeInWrite", mode)
    spark.conf.set("spark.sql.parquet.int96RebaseModeInWrite", mode)
    spark.conf.set("spark.sql.parquet.outputTimestampType", stored)
    selects = []
    for number, (day, micros) in enumerate(rows):
        date, instant = "date_from_unix_date(%d)" % day, "timestamp_micros(%d)" % micros
        # Made in UTC, whatever the session's zone is.
        local = "timestamp_ntz'%s'" % (datetime.datetime(1970, 1, 1) + datetime.timedelta(microseconds=micros)).isoformat(sep=" ")
        selects.append(
            "SELECT %d, %s, %s, %s, array(%s, NULL), named_struct('instant', %s), map(%s, %s)" % (first + number, date, instant, local, date, instant, date, instant)
        )
    spark.sql("INSERT INTO %s SELECT /*+ COALESCE(1) */ * FROM (%s)" % (table, " UNION ALL ".join(selects))).collect()


def expected(spark, path, out):
    spark.conf.set("spark.sql.session.timeZone", "UTC")
    spark.read.format("delta").option("readChangeFeed", "true").option("startingVersion", 0).load(path).createOrReplaceTempView("feed")
    rows = spark.sql(
        "SELECT id, cast(day AS STRING) day, " + TIME % "instant" + " instant, " + TIME % "local" + " local, transform(days, d -> cast(d AS STRING)) days, "
        + TIME % "nested.instant" + " nested, cast(map_keys(by_day)[0] AS STRING) k, " + TIME % "map_values(by_day)[0]" + " v, _change_type, _commit_version, "
        "unix_millis(_commit_timestamp) AS commit_time FROM feed"
    ).collect()
    with open(out, "w") as file:
        for row in rows:
            json.dump(
                {
                    "id": row.id,
                    "day": row.day,
                    "instant": row.instant + "Z",
                    "local": row.local,
                    "days": row.days,
                    "nested": {"instant": row.nested + "Z"},
                    "by_day": [[row.k, row.v + "Z"]],
                    "_change_type": row._change_type,
                    "_commit_version": row._commit_version,
                    "_commit_timestamp": row.commit_time,
                },
                file,
            )
            file.write("\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out")
    parser.add_argument("--rows", type=int, default=20, help="of a commit")
    parser.add_argument("--jars", default="", help="delta-spark and delta-storage, where they are at hand")
    arguments = parser.parse_args()
    spark = session(arguments.jars)
    spark.conf.set("spark.sql.timestampType", "TIMESTAMP_LTZ")
    # Without it the feed, not the table, goes through classes of the older calendar: those days that it lacks come as others.
    spark.conf.set("spark.sql.datetime.java8API.enabled", "true")
    folder = os.path.join(arguments.out, "legacy_calendars")
    path = os.path.join(folder, "table")
    shutil.rmtree(folder, ignore_errors=True)
    table = "delta.`%s`" % path
    spark.sql("CREATE TABLE %s (%s) USING delta TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true')" % (table, COLUMNS)).collect()
    chance = random.Random(1582)
    first = 0
    for zone in ZONES:
        for stored in TYPES:
            for mode in ["LEGACY"] if zone != "UTC" else ["LEGACY", "CORRECTED"]:
                write(spark, table, first, mode, zone, stored, values(chance, arguments.rows))
                first += arguments.rows
    spark.conf.set("spark.sql.parquet.datetimeRebaseModeInWrite", "LEGACY")
    spark.conf.set("spark.sql.parquet.int96RebaseModeInWrite", "LEGACY")
    spark.sql("UPDATE %s SET id = -id WHERE id %% 40 = 1" % table).collect()
    spark.sql("DELETE FROM %s WHERE id %% 40 = 3" % table).collect()
    expected(spark, path, os.path.join(folder, "expected.jsonl"))
    log = os.path.join(path, "_delta_log")
    commits = sorted(int(file[:-5]) for file in os.listdir(log) if file.endswith(".json") and len(file) == 25)
    times = {str(v): int(os.stat(os.path.join(log, "%020d.json" % v)).st_mtime * 1000) for v in commits}
    with open(os.path.join(folder, "meta.json"), "w") as file:
        json.dump({"commit_mtimes_ms": times}, file)
    for base, _, files in os.walk(path):
        for file in files:
            if file.endswith(".crc"):
                os.remove(os.path.join(base, file))


if __name__ == "__main__":
    main()
