"""Makes random lives of Delta tables with Spark, whose columns change all the time, and what Spark reads after each commit.

    python spark_lives.py make OUT --seeds=1-20           needs pyspark 3.5.6 and delta-spark 3.3.2
    mvn test -pl src/delta -am -Dtest=SparkLivesTest -Dsurefire.failIfNoSpecifiedTests=false -Dfreshet.lives=OUT
                                                          reads each while it is made, commit by commit, with restarts
    python spark_lives.py follow OUT --seeds=1-200 --freshet=PATH --milvus=URL [--runner=SparkRunner]
                                                          makes each while the pipeline itself follows it; needs pymilvus

A life is a folder: `table/`; `meta.json` with `commit_mtimes_ms`, the times of the commit files, and what was done; `life.jsonl`, for each version
what Spark read when it was the latest: its changes as in ../corpus/README.md (`feed`; without it Spark reads none, `refused` says why), the columns
in use that it has (`types`), and the rows (`rows`, by id: a list of their texts, see docs/models.md). Everything random comes from the seed.
"""

import argparse
import datetime as dt
import decimal
import json
import os
import pathlib
import random
import re
import shutil
import signal
import subprocess
import sys
import time

from spark_histories import encoded, session

IN_USE = ["id", "user_id", "u", "day"]
# More than that delta-spark 3.3.2 does not widen.
WIDER = {"tinyint": ["smallint", "int"], "smallint": ["int"]}
FIRST_TYPES = ["tinyint", "tinyint", "smallint", "int", "bigint", "float", "decimal(9,3)", "date", "string", "struct<a:int>"]
MOST = {"tinyint": 127, "smallint": 32767, "int": 2**31 - 1, "bigint": 2**63 - 1}
DAYS = ["2024-02-29", "1969-12-31", "1905-06-07"]
OLD_DAYS = ["1500-02-10", "0001-01-01", "1582-10-04", "1582-10-15"]


def text(value):
    """As docs/models.md has it."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%S.%f")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return f"{value:f}"
    if hasattr(value, "asDict"):
        return "{" + ", ".join(f"{name}={text(field)}" for name, field in value.asDict().items()) + "}"
    return str(value)


class Life:
    def __init__(self, spark, folder, seed):
        self.spark, self.r, self.seed, self.folder = spark, random.Random(seed), seed, folder
        self.table = os.path.join(folder, "table")
        self.name = f"delta.`{self.table}`"
        self.mapping = self.r.choice(["none", "name", "name", "id"])
        self.keys = self.r.choice(["unique", "events"])
        self.next_id = 0
        self.ops, self.observed, self.refused = [], [], 0

    def sql(self, statement):
        return self.spark.sql(statement)

    def fields(self):
        """The table's columns as they are: names and types."""
        return [(f.name, f.dataType.simpleString()) for f in self.spark.read.format("delta").load(self.table).schema.fields]

    def literal(self, name, type_):
        r = self.r
        if name == "id":
            self.next_id += 1
            wide = type_ == "int" and self.r.random() < 0.3
            return f"'k{self.next_id}'" if type_ == "string" else str(self.next_id + (65536 if wide else 0))
        if r.random() < 0.1:
            return "null"
        if type_ in MOST:
            # What a narrower type would cut.
            return f"cast('{r.choice([0, -1, MOST[type_], -MOST[type_] - 1, r.randrange(100)])}' as {type_})"
        if type_ in ("float", "double"):
            return f"cast('{r.randrange(400) / 4}' as {type_})"
        if type_.startswith("decimal"):
            return f"cast('{r.choice(['0', '7', '-12', str(r.randrange(1000))])}' as {type_})"
        if type_ == "date":
            return f"date'{r.choice(DAYS + (OLD_DAYS if self.old else []))}'"
        if type_ == "timestamp_ntz":
            return f"timestamp_ntz'{r.choice(DAYS)} 12:34:56.123456'"
        if type_.startswith("struct"):
            parts = re.findall(r"(\w+):(\w+)", type_)
            return "named_struct(" + ", ".join(f"'{n}', {self.literal(n, t)}" for n, t in parts) + ")"
        return "'" + r.choice(["plain", "zażółć 😀", "a b"]) + str(r.randrange(5)) + "'"

    def rows(self, fields, count):
        selects = []
        for _ in range(count):
            values = [f"cast({self.literal(name, type_)} as {type_}) as `{name}`" for name, type_ in fields]
            selects.append("select " + ", ".join(values))
        return self.spark.sql(" union all ".join(selects))

    def some(self):
        return f"abs(hash(id)) % {self.r.randrange(2, 5)} = 0"

    old = False

    # ---- operations

    def properties_text(self):
        props = {"delta.enableChangeDataFeed": "true", "delta.enableTypeWidening": "true"}
        if self.mapping != "none":
            props.update({"delta.columnMapping.mode": self.mapping, "delta.minReaderVersion": "2", "delta.minWriterVersion": "5"})
        if self.r.random() < 0.5:
            props["delta.enableDeletionVectors"] = "true"
        return ", ".join(f"'{k}'='{v}'" for k, v in props.items())

    def columns(self):
        id_type = self.r.choice(["tinyint", "smallint", "smallint", "int", "string"])
        return [("id", id_type), ("user_id", "string"), ("u", self.r.choice(FIRST_TYPES)), ("day", "date"), ("other", "string")]

    def create(self):
        columns = ", ".join(f"`{n}` {t}" for n, t in self.columns())
        self.sql(f"create table {self.name} ({columns}) using delta tblproperties ({self.properties_text()})")

    def append(self):
        self.rows(self.fields(), self.r.randrange(1, 6)).coalesce(1).write.format("delta").mode("append").save(self.table)

    def legacy(self):
        """Rows with days of the old calendar, as Spark 2.4 wrote them."""
        self.spark.conf.set("spark.sql.parquet.datetimeRebaseModeInWrite", "LEGACY")
        self.old = True
        try:
            self.append()
        finally:
            self.old = False
            self.spark.conf.set("spark.sql.parquet.datetimeRebaseModeInWrite", "CORRECTED")

    def update(self):
        name, type_ = self.r.choice([f for f in self.fields() if f[0] != "id"])
        self.sql(f"update {self.name} set `{name}` = {self.literal(name, type_)} where {self.some()}")

    def delete(self):
        self.sql(f"delete from {self.name} where {self.some()}")

    def merge(self):
        self.rows(self.fields(), 2).createOrReplaceTempView("fresh")
        self.sql(f"select * from fresh union all select * from {self.name} where {self.some()}").createOrReplaceTempView("source")
        self.sql(f"merge into {self.name} t using source s on t.id = s.id when matched then update set * when not matched then insert *")

    def overwrite(self):
        self.rows(self.fields(), 3).coalesce(1).write.format("delta").mode("overwrite").save(self.table)

    def optimize(self):
        self.sql(f"optimize {self.name}")

    def restore(self):
        last = self.sql(f"describe history {self.name} limit 1").collect()[0].version
        self.sql(f"restore table {self.name} to version as of {self.r.randrange(last)}")

    def widen(self):
        name, type_ = self.r.choice([f for f in self.fields() if f[0] in ("id", "u") and f[1] in WIDER])
        wider = self.r.choice(WIDER[type_])
        self.sql(f"alter table {self.name} alter column `{name}` type {wider}")
        if self.r.random() < 0.7:
            self.append()

    def nest(self):
        self.sql(f"alter table {self.name} add columns (u.n{len(self.ops)} int)")
        self.append()

    def rename(self):
        """Away, and back a while later."""
        name = self.r.choice(["user_id", "u"])
        self.sql(f"alter table {self.name} rename column `{name}` to `away_{name}`")
        if self.r.random() < 0.5:
            self.append()

    def rename_back(self):
        for name, _ in self.fields():
            if name.startswith("away_"):
                self.sql(f"alter table {self.name} rename column `{name}` to `{name[5:]}`")

    def swap(self):
        self.sql(f"alter table {self.name} rename column user_id to between")
        self.sql(f"alter table {self.name} rename column other to user_id")
        self.sql(f"alter table {self.name} rename column between to other")

    def drop(self):
        self.sql(f"alter table {self.name} drop column `{self.r.choice(['user_id', 'u', 'id'])}`")
        if self.r.random() < 0.5:
            self.append()

    def add_again(self):
        there = [name for name, _ in self.fields()]
        for name in ("id", "user_id", "u"):
            if name not in there and f"away_{name}" not in there:
                type_ = {"id": "smallint", "user_id": "string"}.get(name) or self.r.choice(FIRST_TYPES)
                self.sql(f"alter table {self.name} add columns (`{name}` {type_})")
                self.append()

    def replace(self):
        # With other types Spark refuses it by path.
        columns = self.fields()
        if self.r.random() < 0.5:
            self.rows(columns, 3).createOrReplaceTempView("fresh")
            self.sql(f"create or replace table {self.name} using delta tblproperties ({self.properties_text()}) as select * from fresh")
        else:
            listed = ", ".join(f"`{n}` {t}" for n, t in columns)
            self.sql(f"create or replace table {self.name} ({listed}) using delta tblproperties ({self.properties_text()})")
            self.append()

    def overwrite_schema(self):
        self.rows(self.columns(), 3).coalesce(1).write.format("delta").mode("overwrite").option("overwriteSchema", "true").save(self.table)

    def step(self):
        """One operation; what Spark refuses is no part of the life."""
        names = [name for name, _ in self.fields()]
        if any(name.startswith("away_") for name in names) and self.r.random() < 0.5:
            operation = self.rename_back
        elif not set(IN_USE) <= set(names) and self.r.random() < 0.5:
            operation = self.add_again
        else:
            operation = self.r.choice(
                [self.append] * 3 + [self.update] * 2 + [self.delete] * 2 + [self.merge, self.overwrite, self.optimize, self.restore]
                + [self.widen] * 3 + [self.rename, self.swap, self.drop, self.nest, self.legacy, self.replace, self.overwrite_schema])
        try:
            operation()
            self.ops.append(operation.__name__)
        except Exception as e:
            self.refused += 1
            self.ops.append(f"{operation.__name__} refused: {type(e).__name__} {str(e)[:100]}")

    # ---- what Spark reads

    def begin(self):
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        self.spark.conf.set("spark.sql.parquet.datetimeRebaseModeInWrite", "CORRECTED")
        self.create()
        self.append()
        self.observe()

    def versions(self):
        log = os.path.join(self.table, "_delta_log")
        return sorted(int(f[:20]) for f in os.listdir(log) if f.endswith(".json") and len(f) == 25)

    def observe(self):
        """What Spark reads of the commits that have come."""
        for version in self.versions()[len(self.observed):]:
            seen = {"version": version}
            try:
                frame = (self.spark.read.format("delta").option("readChangeFeed", "true")
                         .option("startingVersion", version).option("endingVersion", version).load(self.table))
                seen["feed"] = [encoded(row, frame.schema) for row in frame.collect()]
            except Exception as e:
                seen["refused"] = str(e)[:200]
            frame = self.spark.read.format("delta").option("versionAsOf", version).load(self.table)
            seen["types"] = {f.name: f.dataType.simpleString() for f in frame.schema.fields if f.name in IN_USE}
            named = [name for name in IN_USE if name in frame.columns]
            rows = [row.asDict() for row in frame.select(*named).collect()]
            seen["rows"] = {text(row.get("id")): [text(row.get(name)) for name in IN_USE[1:]] for row in rows if row.get("id") is not None}
            self.observed.append(seen)

    def end(self):
        log = os.path.join(self.table, "_delta_log")
        times = {v: int(os.stat(os.path.join(log, f"{v:020d}.json")).st_mtime * 1000) for v in self.versions()}
        for base, _, files in os.walk(self.table):
            for file in files:
                if file.endswith(".crc"):
                    os.remove(os.path.join(base, file))
        with open(os.path.join(self.folder, "life.jsonl"), "w") as out:
            out.writelines(json.dumps(seen, ensure_ascii=False) + "\n" for seen in self.observed)
        with open(os.path.join(self.folder, "meta.json"), "w") as out:
            json.dump({"seed": self.seed, "mapping": self.mapping, "keys": self.keys, "operations": self.ops, "commit_mtimes_ms": times}, out, indent=1)


class Pipeline:
    """The pipeline as a process, killed and started now and then."""

    def __init__(self, life, options, random_):
        self.life, self.random, self.process, self.log = life, random_, None, os.path.join(life.folder, "pipeline.log")
        self.name = f"{os.path.basename(life.folder)}_{options.runner[:2]}"
        self.ledger = os.path.join(life.folder, "ledger")
        self.freshet, self.milvus = options.freshet, options.milvus
        self.options = [f"--runner={options.runner}", f"--table={life.table}", f"--ledger={self.ledger}", f"--milvusUri={options.milvus}",
                        f"--collection={self.name}", "--keyColumn=id", f"--keys={life.keys}", "--textTemplate={id} {user_id} {u} {day}",
                        "--dimension=8", "--startingVersion=0", "--onLostHistory=resync", "--confirmLoss=1s", "--settle=1s"]

    def start(self):
        with open(self.log, "a") as log:
            self.process = subprocess.Popen(
                [self.freshet, "run", *self.options, f"--maxSliceRows={self.random.randrange(1, 9)}"],
                stdout=log, stderr=subprocess.STDOUT, start_new_session=True)

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, self.random.choice([signal.SIGTERM, signal.SIGKILL]))
            self.process.wait(60)
        self.process = None

    def ended(self):
        return self.process is None or self.process.poll() is not None

    def rows(self, client):
        if not client.has_collection(self.name):
            return {}
        client.load_collection(self.name)
        found = client.query(self.name, filter="commit_version >= -1", output_fields=["id", "row_hash"], limit=16000, consistency_level="Strong")
        return {row["id"]: row["row_hash"] for row in found}


def hashes(models, seen):
    return {key: models["row_hash"](" ".join([key, *texts])) for key, texts in seen["rows"].items()}


def follow(spark, folder, seed, length, options, models, client):
    """Makes a life while the pipeline follows it; empty if the collection is as Spark reads the table whenever the columns are there."""
    life = Life(spark, folder, seed)
    life.begin()
    chance = random.Random(seed)
    pipeline = Pipeline(life, options, chance)
    if client.has_collection(pipeline.name):
        client.drop_collection(pipeline.name)
    problems = []
    try:
        for step in range(length):
            life.step()
            life.observe()
            seen = life.observed[-1]
            if chance.random() < 0.25:
                pipeline.stop()
            if pipeline.ended() and set(IN_USE) <= set(seen["types"]):
                pipeline.start()
            if set(IN_USE) <= set(seen["types"]) and (chance.random() < 0.5 or step == length - 1):
                problem = awaited(pipeline, models, seen, client)
                if problem:
                    problems.append((step, life.ops[-1], seen["version"], problem))
                    break
    finally:
        pipeline.stop()
        life.end()
        if client.has_collection(pipeline.name):
            client.drop_collection(pipeline.name)
    return life, problems


def awaited(pipeline, models, seen, client):
    """Waits until the collection is as the table; what differs if it does not come to be so."""
    wanted = hashes(models, seen)
    end = time.time() + 120
    starts = 0
    while time.time() < end:
        found = pipeline.rows(client)
        if found == wanted:
            return None
        if pipeline.ended():
            # One that met a column that was away has ended, and is started again by whoever brought it back.
            starts += 1
            if starts > 2:
                break
            pipeline.start()
        time.sleep(0.2)
    with open(pipeline.log, encoding="utf-8", errors="replace") as log:
        tail = log.read()[-1500:]
    return {"missing": sorted(wanted.keys() - found.keys()), "extra": sorted(found.keys() - wanted.keys()),
            "stale": sorted(k for k in wanted.keys() & found.keys() if wanted[k] != found[k]), "log": tail}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["make", "follow"])
    parser.add_argument("out")
    parser.add_argument("--seeds", default="1-4")
    parser.add_argument("--length", type=int, default=12)
    parser.add_argument("--jars", default="")
    parser.add_argument("--freshet", default="./freshet")
    parser.add_argument("--milvus", default="http://127.0.0.1:19530")
    parser.add_argument("--models", default="docs/models.md")
    parser.add_argument("--runner", default="DirectRunner")
    options = parser.parse_args()
    spark = session(options.jars)
    # For a handful of rows code is not worth its compilation.
    spark.conf.set("spark.sql.codegen.wholeStage", "false")
    spark.conf.set("spark.sql.codegen.factoryMode", "NO_CODEGEN")
    spark.conf.set("spark.sql.shuffle.partitions", "1")
    first, last = (int(n) for n in options.seeds.split("-"))
    if options.command == "make":
        for seed in range(first, last + 1):
            life = Life(spark, os.path.abspath(os.path.join(options.out, f"life_{seed}")), seed)
            life.begin()
            for _ in range(options.length):
                life.step()
                life.observe()
            life.end()
            print(seed, life.mapping, life.ops, flush=True)
        return 0
    from pymilvus import MilvusClient

    models = {}
    exec(re.search(r"```python\n(.*?)```", pathlib.Path(options.models).read_text(encoding="utf-8"), re.DOTALL).group(1), models)
    client = MilvusClient(uri=options.milvus)
    wrong = 0
    for seed in range(first, last + 1):
        began = time.time()
        life, problems = follow(spark, os.path.abspath(os.path.join(options.out, f"life_{seed}")), seed, options.length, options, models, client)
        wrong += bool(problems)
        print(seed, life.mapping, life.keys, "equal" if not problems else "DIFFERENT", f"{len(life.observed)} versions, {time.time() - began:.0f} s", flush=True)
        for problem in problems:
            print("   ", life.ops, *problem, sep="\n      ", flush=True)
        if not problems:
            shutil.rmtree(life.folder, ignore_errors=True)
    print(f"{last - first + 1 - wrong} of {last - first + 1} lives equal")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
