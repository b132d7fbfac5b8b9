"""Makes random histories of Delta tables with Spark, and what Spark's readChangeFeed says of each.

    python spark_histories.py make OUT --seeds=1-20       needs pyspark 3.5.6 and delta-spark 3.3.2
    python spark_histories.py compare OUT --freshet=PATH  holds `freshet changes` against it, row by row; faster, in one
                                                          process: mvn test -pl src/delta -am -Dtest=SparkHistoriesTest
                                                          -Dsurefire.failIfNoSpecifiedTests=false -Dfreshet.histories=OUT
    python spark_histories.py collect OUT --freshet=PATH --milvus=URL
                                                          runs the pipeline over each, and holds the collection's keys
                                                          against those that Spark reads at the end; needs pymilvus

A history is a folder as in ../corpus/README.md. Everything random comes from the seed.
"""

import argparse
import base64
import datetime as dt
import decimal
import json
import math
import os
import random
import shutil
import subprocess
import sys
import time

os.environ["TZ"] = "UTC"
time.tzset()

COLUMNS = [
    ("id", "int"), ("user_id", "string"), ("by", "tinyint"), ("sh", "smallint"), ("l", "bigint"), ("f", "float"),
    ("d", "double"), ("ok", "boolean"), ("bin", "binary"), ("dt", "date"), ("ts", "timestamp"), ("dec", "decimal(9,3)"),
    ("wide", "decimal(30,5)"), ("arr", "array<int>"), ("m", "map<string,int>"),
    ("st", "struct<a:int,b:struct<c:string,d:timestamp>>"), ("els", "array<struct<x:int,y:string>>"),
]
PARTITIONS = [None, "string", "int", "date", "timestamp", "decimal(6,2)", "boolean", "double"]
TEXTS = ["", " ", "a/b", "50%", "x=y", "#?&+", "'\"", "zażółć 😀", "new\nline", "plain", "C:\\d", "a:b"]


def session(jars):
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]")
    if jars:
        builder = builder.config("spark.jars", jars)
    else:
        builder = builder.config("spark.jars.packages", "io.delta:delta-spark_2.12:3.3.2")
    return (
        builder.config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
        .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.default.parallelism", "2")
        .config("spark.sql.sources.parallelPartitionDiscovery.parallelism", "2")
        .config("spark.databricks.delta.optimize.maxThreads", "2")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.databricks.delta.retentionDurationCheck.enabled", "false")
        .config("spark.databricks.delta.vacuum.parallelDelete.enabled", "false")
        .config("spark.databricks.delta.snapshotPartitions", "1")
        .config("spark.log.level", "ERROR")
        .getOrCreate()
    )


class History:
    def __init__(self, spark, folder, seed):
        self.spark = spark
        self.r = random.Random(seed)
        self.seed = seed
        self.folder = folder
        self.table = os.path.join(folder, "table")
        self.name = f"delta.`{self.table}`"
        self.next_id = 0
        self.ops = []
        self.columns = list(COLUMNS)

    def sql(self, text):
        return self.spark.sql(text)

    # ---- values

    def literal(self, type_):
        r = self.r
        if r.random() < 0.12:
            return "null"
        if type_ == "string":
            text = r.choice(TEXTS) + str(r.randrange(5))
            return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"
        if type_ in ("int", "bigint", "smallint", "tinyint"):
            bits = {"int": 31, "bigint": 63, "smallint": 15, "tinyint": 7}[type_]
            return f"cast('{r.choice([0, 1, -1, 2 ** bits - 1, -(2 ** bits), r.randrange(100)])}' as {type_})"
        if type_ in ("float", "double"):
            return f"cast('{r.choice(['NaN', 'Infinity', '-Infinity', '0.1', '-0.0', '1e30', str(r.random())])}' as {type_})"
        if type_ == "boolean":
            return r.choice(["true", "false"])
        if type_ == "binary":
            return "X'" + bytes(r.randrange(256) for _ in range(r.randrange(5))).hex() + "'"
        if type_ == "date":
            return r.choice(["date'2024-02-29'", "date'1969-12-31'", "date'2999-01-01'", "date'1905-06-07'"])
        if type_ in ("timestamp", "timestamp_ntz"):
            return f"cast('{r.choice(['2024-03-01 12:34:56.123456', '1969-12-31 23:59:59.999', '2030-01-01 00:00:00'])}' as {type_})"
        if type_.startswith("decimal"):
            return f"cast('{r.choice(['0', '-12.345', '999.1', '7', str(r.randrange(10 ** 3))])}' as {type_})"
        if type_ == "array<int>":
            return "array(" + ", ".join(self.literal("int") for _ in range(r.randrange(1, 4))) + ")"
        if type_ == "map<string,int>":
            keys = r.sample(["a", "b", "Z", "é"], r.randrange(1, 4))
            return "map(" + ", ".join(f"'{key}', {self.literal('int')}" for key in keys) + ")"
        if type_.startswith("struct<a"):
            return f"named_struct('a', {self.literal('int')}, 'b', named_struct('c', {self.literal('string')}, 'd', {self.literal('timestamp')}))"
        if type_.startswith("array<struct"):
            return f"array(named_struct('x', {self.literal('int')}, 'y', {self.literal('string')}), null)"
        raise ValueError(type_)

    def row(self, row_id=None):
        if row_id is None:
            row_id, self.next_id = self.next_id, self.next_id + 1
        values = [str(row_id) if name == "id" else self.literal(type_) for name, type_ in self.columns]
        return "select " + ", ".join(f"cast({value} as {type_}) as `{name}`" for value, (name, type_) in zip(values, self.columns))

    def rows(self, count):
        return self.spark.sql(" union all ".join(self.row() for _ in range(count)))

    def some(self):
        return self.r.choice([f"id % {self.r.randrange(2, 6)} = {self.r.randrange(2)}", f"id = {self.r.randrange(max(1, self.next_id))}",
                              f"id < {self.r.randrange(1, self.next_id + 2)}", "user_id like 'p%'"])

    # ---- operations

    def create(self):
        r = self.r
        self.mapping = r.choice(["none", "none", "name", "id"])
        self.dv = r.random() < 0.5
        self.ict = r.choice(["never", "start", "midway"])
        self.widening = r.random() < 0.3
        props = {"delta.enableChangeDataFeed": "true", "delta.checkpointInterval": str(r.choice([3, 10]))}
        props["delta.enableDeletionVectors"] = str(self.dv).lower()
        if self.mapping != "none":
            props.update({"delta.columnMapping.mode": self.mapping, "delta.minReaderVersion": "2", "delta.minWriterVersion": "5"})
        if self.ict == "start":
            props["delta.enableInCommitTimestamps"] = "true"
        if self.widening:
            props["delta.enableTypeWidening"] = "true"
        if r.random() < 0.3:
            props["delta.checkpointPolicy"] = "v2"
        if r.random() < 0.2:
            props["delta.enableRowTracking"] = "true"
        self.partition = r.choice(PARTITIONS)
        if self.mapping != "none":
            self.columns.append(("odd name, with; {all}", "string"))
        if r.random() < 0.4:
            self.columns.append(("ntz", "timestamp_ntz"))
        if self.partition:
            self.columns.append(("p", self.partition))
        self.spark.conf.set("spark.sql.parquet.outputTimestampType", r.choice(["INT96", "TIMESTAMP_MICROS", "TIMESTAMP_MILLIS"]))
        self.spark.conf.set("spark.sql.parquet.compression.codec", r.choice(["snappy", "gzip", "zstd", "uncompressed"]))
        self.spark.conf.set("spark.sql.parquet.writeLegacyFormat", r.choice(["true", "false"]))
        clustered = not self.partition and self.mapping == "none" and r.random() < 0.3
        layout = " partitioned by (p)" if self.partition else " cluster by (id)" if clustered else ""
        self.sql(
            f"create table {self.name} (" + ", ".join(f"`{n}` {t}" for n, t in self.columns) + f") using delta{layout} tblproperties ("
            + ", ".join(f"'{k}'='{v}'" for k, v in props.items()) + ")")
        self.append()

    def append(self):
        self.rows(self.r.randrange(2, 9)).repartition(self.r.randrange(1, 3)).write.format("delta").mode("append").save(self.table)

    def update(self):
        name, type_ = self.r.choice([c for c in self.columns if c[0] != "id"])
        self.sql(f"update {self.name} set `{name}` = {self.literal(type_)} where {self.some()}")

    def delete(self):
        self.sql(f"delete from {self.name} where {self.some()}")

    def merge(self):
        r = self.r
        ids = {r.randrange(self.next_id + 3) for _ in range(r.randrange(1, 5))}
        self.next_id = max(self.next_id, max(ids) + 1)
        self.spark.sql(" union all ".join(self.row(i) for i in sorted(ids))).createOrReplaceTempView("source")
        clauses = r.choice([
            "when matched then update set * when not matched then insert *",
            "when matched and s.id % 2 = 0 then delete when matched then update set * when not matched then insert *",
            "when not matched then insert *",
            "when matched then update set * when not matched by source and t.id % 3 = 0 then delete",
            "when matched and s.id < 0 then update set *",
        ])
        self.sql(f"merge into {self.name} t using source s on t.id = s.id {clauses}")

    def overwrite(self):
        kind = self.r.choice(["all", "where", "dynamic"])
        writer = self.rows(3).write.format("delta").mode("overwrite")
        if kind == "where":
            self.spark.conf.set("spark.databricks.delta.replaceWhere.constraintCheck.enabled", "false")
            writer = writer.option("replaceWhere", f"id < {self.r.randrange(self.next_id)}")
        elif kind == "dynamic" and self.partition:
            writer = writer.option("partitionOverwriteMode", "dynamic")
        writer.save(self.table)

    def optimize(self):
        self.sql(self.r.choice([f"optimize {self.name}", f"reorg table {self.name} apply (purge)"]))

    def restore(self):
        last = self.sql(f"describe history {self.name} limit 1").collect()[0].version
        self.sql(f"restore table {self.name} to version as of {self.r.randrange(1, last + 1)}")

    def vacuum(self):
        self.sql(f"vacuum {self.name} retain 0 hours")

    def schema(self):
        r = self.r
        number = len(self.ops)
        kinds = ["add", "add", "nested"] + (["rename", "drop"] if self.mapping != "none" else []) + (["widen"] if self.widening else [])
        kind = r.choice(kinds)
        if kind == "add":
            type_ = r.choice(["string", "bigint", "decimal(12,4)"])
            self.sql(f"alter table {self.name} add columns (c{number} {type_})")
            self.columns.append((f"c{number}", type_))
        elif kind == "nested":
            self.sql(f"alter table {self.name} add columns (s{number} struct<a:int,b:struct<c:string,d:timestamp>>)")
            self.columns.append((f"s{number}", "struct<a:int,b:struct<c:string,d:timestamp>>"))
        elif kind == "rename":
            i = r.choice([i for i, c in enumerate(self.columns) if c[0] not in ("id", "user_id", "p")])
            self.sql(f"alter table {self.name} rename column `{self.columns[i][0]}` to `r{number}`")
            self.columns[i] = (f"r{number}", self.columns[i][1])
        elif kind == "drop":
            i = r.choice([i for i, c in enumerate(self.columns) if c[0] not in ("id", "user_id", "p")])
            self.sql(f"alter table {self.name} drop column `{self.columns[i][0]}`")
            del self.columns[i]
        else:
            wider = {"tinyint": "int", "smallint": "int", "float": "double", "decimal(9,3)": "decimal(14,5)"}
            found = [i for i, c in enumerate(self.columns) if c[1] in wider]
            if found:
                i = r.choice(found)
                name, type_ = self.columns[i]
                self.sql(f"alter table {self.name} alter column `{name}` type {wider[type_]}")
                self.columns[i] = (name, wider[type_])

    def properties(self):
        if self.ict == "midway":
            self.sql(f"alter table {self.name} set tblproperties ('delta.enableInCommitTimestamps' = 'true')")
        else:
            self.dv = not self.dv
            self.sql(f"alter table {self.name} set tblproperties ('delta.enableDeletionVectors' = '{str(self.dv).lower()}')")

    def run(self, length):
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        self.create()
        operations = [self.append, self.append, self.update, self.update, self.delete, self.delete, self.merge, self.merge,
                      self.overwrite, self.optimize, self.restore, self.schema, self.properties]
        for _ in range(length):
            operation = self.r.choice(operations)
            if self.r.random() < 0.03:
                operation = self.vacuum
            started = time.time()
            try:
                operation()
                self.ops.append(operation.__name__)
            except Exception as e:  # What Spark refuses is no part of the history.
                self.ops.append(f"{operation.__name__} refused: {type(e).__name__} {str(e)[:100]}")
            if time.time() - started > 15:
                print("slow:", self.ops[-1], round(time.time() - started), flush=True)
        self.expect()

    # ---- what Spark reads

    def feed(self, first, last):
        frame = (self.spark.read.format("delta").option("readChangeFeed", "true")
                 .option("startingVersion", first).option("endingVersion", last).load(self.table))
        return [json.dumps(encoded(row, frame.schema), ensure_ascii=False) for row in frame.collect()]

    def expect(self):
        log = os.path.join(self.table, "_delta_log")
        commits = sorted(int(f[:20]) for f in os.listdir(log) if f.endswith(".json") and len(f) == 25)
        # Some files' times go back: commit times must grow all the same.
        start = 1_714_521_600_000
        times = {v: start + 60_000 * i - (self.r.choice([0, 0, 0, 120_000])) for i, v in enumerate(commits)}
        for version, ms in times.items():
            os.utime(os.path.join(log, f"{version:020d}.json"), (ms / 1000, ms / 1000))
        for crc in [f for f in os.listdir(log) if f.endswith(".json.crc")]:
            os.remove(os.path.join(log, crc))
        self.spark._jvm.org.apache.spark.sql.delta.DeltaLog.clearCache()
        meta = {"seed": self.seed, "operations": self.ops, "commit_mtimes_ms": times, "first_json": commits[0], "last": commits[-1],
                "mapping": self.mapping, "partition": self.partition, "ict": self.ict}
        lines = []
        try:
            lines = self.feed(commits[0], commits[-1])
            meta["expected_mode"] = f"full_range_from_{commits[0]}"
        except Exception as e:
            meta["expected_mode"] = "per_version"
            meta["why"] = str(e)[:200]
            meta["readable"] = []
            for version in commits:
                try:
                    lines += self.feed(version, version)
                    meta["readable"].append(version)
                except Exception as refused:
                    meta.setdefault("refused", {})[version] = str(refused)[:150]
        rows = self.spark.read.format("delta").load(self.table).select("id").collect()
        meta["keys"] = sorted({row.id for row in rows})
        with open(os.path.join(self.folder, "expected.jsonl"), "w") as out:
            out.writelines(line + "\n" for line in lines)
        with open(os.path.join(self.folder, "meta.json"), "w") as out:
            json.dump(meta, out, indent=1)
        return meta


def encoded(value, type_):
    kind = type_.typeName()
    if value is None:
        return None
    if kind == "struct":
        return {field.name: (int(value[i].timestamp() * 1000 + 0.5) if field.name == "_commit_timestamp" else encoded(value[i], field.dataType))
                for i, field in enumerate(type_.fields)}
    if kind == "array":
        return [encoded(element, type_.elementType) for element in value]
    if kind == "map":
        return [[encoded(k, type_.keyType), encoded(v, type_.valueType)] for k, v in sorted(value.items())]
    if kind == "timestamp":
        return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if kind == "timestamp_ntz":
        return value.strftime("%Y-%m-%dT%H:%M:%S.%f")
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, decimal.Decimal):
        return f"{value:f}"
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, dt.date):
        return value.isoformat()
    return value


def changes(freshet, table, first, last):
    done = subprocess.run([freshet, "changes", f"--table={table}", f"--fromVersion={first}", f"--toVersion={last}"],
                          capture_output=True, text=True, encoding="utf-8")
    return done.returncode, [json.dumps(json.loads(line), sort_keys=True) for line in done.stdout.split("\n") if line], done.stderr.strip()


def compare(folder, freshet):
    with open(os.path.join(folder, "meta.json")) as source:
        meta = json.load(source)
    table = os.path.join(folder, "table")
    for version, ms in meta["commit_mtimes_ms"].items():
        os.utime(os.path.join(table, "_delta_log", f"{int(version):020d}.json"), (ms / 1000, ms / 1000))
    with open(os.path.join(folder, "expected.jsonl")) as source:
        expected = [json.loads(line) for line in source]
    ranges = [(meta["first_json"], meta["last"])] if meta["expected_mode"] != "per_version" else [(v, v) for v in meta["readable"]]
    problems = []
    for first, last in ranges:
        wanted = sorted(json.dumps(row, sort_keys=True) for row in expected if first <= row["_commit_version"] <= last)
        status, rows, errors = changes(freshet, table, first, last)
        rows.sort()
        if status != 0 or rows != wanted:
            missing = [row for row in wanted if row not in rows]
            extra = [row for row in rows if row not in wanted]
            problems.append((first, last, status, errors[-400:], len(wanted), len(rows), missing[:2], extra[:2]))
    return meta, problems


def collect(folder, freshet, milvus):
    """Follows a history from its beginning; where Spark cannot, from some slice of its last snapshot."""
    from pymilvus import MilvusClient

    with open(os.path.join(folder, "meta.json")) as source:
        meta = json.load(source)
    name = os.path.basename(folder)
    ledger = os.path.join(folder, "ledger")
    shutil.rmtree(ledger, ignore_errors=True)
    start = "snapshot" if meta["expected_mode"] == "per_version" else str(meta["first_json"])
    options = [f"--table={os.path.join(folder, 'table')}", f"--ledger={ledger}", f"--milvusUri={milvus}", f"--collection={name}",
               "--keyColumn=id", "--keys=unique", "--textTemplate={id} {user_id}", "--dimension=8", f"--startingVersion={start}"]
    client = MilvusClient(uri=milvus)
    if client.has_collection(name):
        client.drop_collection(name)
    problems = []
    for command in (["run", "--untilVersion=latest", f"--maxSliceRows={1 + meta['seed'] % 7}"], ["verify", "--vectors"]):
        done = subprocess.run([freshet, command[0], *options, *command[1:]], capture_output=True, text=True, encoding="utf-8")
        if done.returncode != 0:
            problems.append((command[0], done.returncode, (done.stdout + done.stderr)[-600:]))
    rows = client.query(name, filter="commit_version >= -1", output_fields=["id"], limit=16000, consistency_level="Strong") if client.has_collection(name) else []
    keys = sorted(int(row["id"]) for row in rows)
    if keys != meta["keys"]:
        problems.append(("keys", keys, meta["keys"]))
    client.drop_collection(name)
    return meta, problems


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["make", "compare", "collect"])
    parser.add_argument("out")
    parser.add_argument("--seeds", default="1-4")
    parser.add_argument("--length", type=int, default=10)
    parser.add_argument("--jars", default="")
    parser.add_argument("--freshet", default="./freshet")
    parser.add_argument("--milvus", default="http://127.0.0.1:19530")
    options = parser.parse_args()
    if options.command == "make":
        spark = session(options.jars)
        first, last = (int(n) for n in options.seeds.split("-"))
        for seed in range(first, last + 1):
            history = History(spark, os.path.abspath(os.path.join(options.out, f"history_{seed}")), seed)
            history.run(options.length)
            print(seed, history.ops, flush=True)
        return 0
    wrong = 0
    folders = sorted(name for name in os.listdir(options.out) if os.path.exists(os.path.join(options.out, name, "meta.json")))
    for name in folders:
        folder = os.path.abspath(os.path.join(options.out, name))
        meta, problems = compare(folder, options.freshet) if options.command == "compare" else collect(folder, options.freshet, options.milvus)
        wrong += bool(problems)
        print(name, meta["expected_mode"], "equal" if not problems else "DIFFERENT", flush=True)
        for problem in problems:
            print("   ", *problem, sep="\n      ", flush=True)
    print(f"{len(folders) - wrong} of {len(folders)} histories equal")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
