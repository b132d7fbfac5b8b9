"""Makes tables whose columns change while rows come, with Spark, and what Spark reads of each.

    python schema_changes.py OUT            needs pyspark 3.5.6 and delta-spark 3.3.2
    tar -czf schemas.tar.gz -C OUT .        what the tests unpack

Each table is a folder: `table/`; `meta.json` with `commit_mtimes_ms`, the times of the commit files, as in ../corpus/README.md; `rows.json`, the
live rows of each version as Spark reads them, a list of [event_id, user_id, item_id] each, by event_id; null for columns that the version lacks.
"""

import argparse
import json
import os
import shutil
import time

os.environ["TZ"] = "UTC"
time.tzset()

COLUMNS = "event_id STRING, user_id STRING, item_id STRING"
INSERT = "INSERT INTO {} (event_id, user_id, item_id) VALUES "


def insert(*rows):
    return INSERT + ", ".join("('%s', '%s', '%s')" % row for row in rows)


FIRST = insert(("e1", "a", "i1"), ("e2", "b", "i2"), ("e3", "a", "i3"))
LATER = insert(("e4", "c", "i4"), ("e5", "a", "i5"), ("e6", "d", "i6"))
LAST = insert(("e7", "b", "i7"))


def overwrite(spark, path):
    """All rows and columns made anew; Delta keeps what files know the columns by."""
    rows = spark.createDataFrame([("e4", "c", "i4"), ("e5", "a", "i5"), ("e6", "d", "i6")], "event_id STRING, user_id STRING, item_id STRING")
    rows.coalesce(1).write.format("delta").mode("overwrite").option("overwriteSchema", "true").save(path)


TABLES = {
    # Columns of the same names, made anew in the commit that replaces all rows.
    "replaced": ("name", "", [FIRST, overwrite, LAST, "DELETE FROM {} WHERE event_id = 'e4'"]),
    "replaced_by_id": ("id", "", [FIRST, overwrite, LAST, "DELETE FROM {} WHERE event_id = 'e4'"]),
    # Dropped, then added again: rows from before have null there.
    "key_readded": (
        "name",
        "",
        [
            FIRST,
            "ALTER TABLE {} DROP COLUMN user_id",
            "ALTER TABLE {} ADD COLUMN user_id STRING",
            LATER,
            "UPDATE {} SET item_id = 'other' WHERE event_id = 'e2'",
            "DELETE FROM {} WHERE event_id = 'e1'",
            LAST,
        ],
    ),
    "item_readded": (
        "name",
        "",
        [FIRST, "ALTER TABLE {} DROP COLUMN item_id", "ALTER TABLE {} ADD COLUMN item_id STRING", LATER, "DELETE FROM {} WHERE event_id = 'e3'", LAST],
    ),
    "rows_between": (
        "name",
        "",
        [FIRST, "ALTER TABLE {} DROP COLUMN user_id", "INSERT INTO {} (event_id, item_id) VALUES ('e9', 'i9')", "ALTER TABLE {} ADD COLUMN user_id STRING", LATER],
    ),
    # Rows come while a column has another name.
    "away_and_back": (
        "name",
        "",
        [
            FIRST,
            "ALTER TABLE {} RENAME COLUMN item_id TO thing",
            "INSERT INTO {} (event_id, user_id, thing) VALUES ('e8', 'b', 'i8'), ('e9', 'e', 'i9')",
            "DELETE FROM {} WHERE event_id = 'e3'",
            "ALTER TABLE {} RENAME COLUMN thing TO item_id",
            LATER,
        ],
    ),
    # What the options name today had other names before.
    "renamed_since": (
        "name",
        "event_id STRING, uid STRING, thing STRING",
        [
            "INSERT INTO {} VALUES ('e1', 'a', 'i1'), ('e2', 'b', 'i2'), ('e3', 'a', 'i3')",
            "DELETE FROM {} WHERE event_id = 'e3'",
            "ALTER TABLE {} RENAME COLUMN uid TO user_id",
            "INSERT INTO {} (event_id, user_id, thing) VALUES ('e8', 'b', 'i8')",
            "ALTER TABLE {} RENAME COLUMN thing TO item_id",
            LATER,
            "DELETE FROM {} WHERE event_id = 'e8'",
        ],
    ),
    # The log goes on with another table: another id, and another column of each name.
    "replaced_in_its_log": (
        "name",
        "",
        [
            FIRST,
            "CREATE OR REPLACE TABLE {} (event_id STRING, user_id STRING, item_id STRING) USING delta "
            "TBLPROPERTIES ('delta.enableChangeDataFeed' = 'true', 'delta.columnMapping.mode' = 'name')",
            LATER,
            "DELETE FROM {} WHERE event_id = 'e5'",
        ],
    ),
    "renamed": ("name", "", [FIRST, "ALTER TABLE {} RENAME COLUMN user_id TO uid"]),
    "renamed_back": (
        "name",
        "",
        [FIRST, "ALTER TABLE {} RENAME COLUMN user_id TO uid", "ALTER TABLE {} RENAME COLUMN uid TO user_id", LATER, "DELETE FROM {} WHERE event_id = 'e3'"],
    ),
    # Two columns that change their names: each name stands for another column.
    "names_swapped": (
        "id",
        "",
        [
            FIRST,
            "ALTER TABLE {} RENAME COLUMN user_id TO other",
            "ALTER TABLE {} RENAME COLUMN item_id TO user_id",
            "ALTER TABLE {} RENAME COLUMN other TO item_id",
            LATER,
            "DELETE FROM {} WHERE event_id = 'e1'",
        ],
    ),
    # Mapping that is switched on changes no column.
    "mapped_later": (
        "none",
        "",
        [
            FIRST,
            "ALTER TABLE {} SET TBLPROPERTIES ('delta.minReaderVersion' = '2', 'delta.minWriterVersion' = '5', 'delta.columnMapping.mode' = 'name')",
            LATER,
            "DELETE FROM {} WHERE event_id = 'e3'",
        ],
    ),
    "added_later": (
        "none",
        "event_id STRING, user_id STRING",
        ["INSERT INTO {} VALUES ('e1', 'a'), ('e2', 'b')", "ALTER TABLE {} ADD COLUMN item_id STRING", LATER, "DELETE FROM {} WHERE event_id = 'e2'"],
    ),
    "widened": (
        "none",
        "event_id STRING, user_id SMALLINT, item_id STRING",
        [
            "INSERT INTO {} VALUES ('e1', 1, 'i1'), ('e2', 2, 'i2'), ('e3', 1, 'i3')",
            "ALTER TABLE {} ALTER COLUMN user_id TYPE INT",
            "INSERT INTO {} VALUES ('e4', 100001, 'i4'), ('e5', 1, 'i5')",
            "DELETE FROM {} WHERE event_id = 'e2'",
        ],
    ),
}


def session(jars):
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[1]")
    builder = builder.config("spark.jars", jars) if jars else builder.config("spark.jars.packages", "io.delta:delta-spark_2.12:3.3.2")
    return (
        builder.config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
        .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.databricks.delta.snapshotPartitions", "1")
        .config("spark.log.level", "ERROR")
        .getOrCreate()
    )


def rows_at(spark, path, version):
    table = spark.read.format("delta").option("versionAsOf", version).load(path)
    names = table.columns
    wanted = ["event_id", "user_id", "item_id"]
    return sorted([[row[name] if name in names else None for name in wanted] for row in table.collect()], key=lambda row: row[0])


def make(spark, out, name, mapping, columns, steps):
    folder = os.path.join(out, name)
    path = os.path.join(folder, "table")
    shutil.rmtree(folder, ignore_errors=True)
    table = "delta.`%s`" % path
    properties = ["'delta.enableChangeDataFeed' = 'true'"]
    if mapping != "none":
        properties.append("'delta.columnMapping.mode' = '%s'" % mapping)
    if name == "widened":
        properties.append("'delta.enableTypeWidening' = 'true'")
    spark.sql("CREATE TABLE %s (%s) USING delta TBLPROPERTIES (%s)" % (table, columns or COLUMNS, ", ".join(properties)))
    for step in steps:
        if callable(step):
            step(spark, path)
        else:
            spark.sql(step.format(table))
    log = os.path.join(path, "_delta_log")
    commits = sorted(int(file[:-5]) for file in os.listdir(log) if file.endswith(".json") and len(file) == 25)
    times = {str(v): int(os.stat(os.path.join(log, "%020d.json" % v)).st_mtime * 1000) for v in commits}
    for base, _, files in os.walk(path):
        for file in files:
            if file.endswith(".crc"):
                os.remove(os.path.join(base, file))
    with open(os.path.join(folder, "meta.json"), "w") as file:
        json.dump({"commit_mtimes_ms": times}, file)
    with open(os.path.join(folder, "rows.json"), "w") as file:
        json.dump({str(v): rows_at(spark, path, v) for v in commits}, file)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("out")
    parser.add_argument("--only", default="", help="names of tables")
    parser.add_argument("--jars", default="", help="delta-spark and delta-storage, where they are at hand")
    arguments = parser.parse_args()
    spark = session(arguments.jars)
    for name, (mapping, columns, steps) in TABLES.items():
        if arguments.only and name not in arguments.only.split(","):
            continue
        make(spark, arguments.out, name, mapping, columns, steps)
        print(name, flush=True)


if __name__ == "__main__":
    main()
