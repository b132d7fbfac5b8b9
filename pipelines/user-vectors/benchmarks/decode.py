"""How fast one thread decodes a data file: Freshet's reader, pyarrow's and Spark's in turns, on the same file."""

from __future__ import annotations

import argparse
import contextlib
import random
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
from interactions import SCHEMA, TYPES, item_name, user_name
from jobs import jdk

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

BENCHMARK = "io.freshet.delta.table.DecodingBenchmark"
PROJECTIONS = [SCHEMA.names, ["user_id", "event_timestamp"]]
WARM_UP = 5  # Rounds that do not count: both JVMs compile what they run.


def write(file: Path, rows: int) -> None:
    chance = random.Random(7)
    columns = {
        "event_id": [f"e{i:012d}" for i in range(rows)],
        "user_id": [user_name(chance.randrange(max(1, rows // 10))) for _ in range(rows)],
        "item_id": [item_name(chance.randrange(50_000)) for _ in range(rows)],
        "event_type": [TYPES[i % len(TYPES)] for i in range(rows)],
        "event_timestamp": [1_767_225_600_000_000 + i * 1000 for i in range(rows)],
    }
    pq.write_table(pa.table(columns, schema=SCHEMA), file, compression="snappy")


def freshet(classpath: str, file: Path, columns: list[str], stack: contextlib.ExitStack) -> Callable[[], int]:
    """A round in a JVM of its own, which waits for the next one; returns how many rows were read."""
    command = [jdk("java"), "-Xmx2g", "-XX:+UseG1GC", "-Dorg.slf4j.simpleLogger.defaultLogLevel=error", "-cp", classpath]
    process = subprocess.Popen(
        [*command, BENCHMARK, str(file), *columns], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    stack.callback(process.wait)
    stack.callback(process.stdin.close)

    def read() -> int:
        process.stdin.write("\n")
        process.stdin.flush()
        return int(process.stdout.readline())

    return read


def pyarrow(file: Path, columns: list[str]) -> Callable[[], int]:
    return lambda: pq.read_table(file, columns=columns, use_threads=False).num_rows


def spark(session: SparkSession, file: Path, columns: list[str], rows: int) -> Callable[[], int]:
    """Spark's sink for benchmarks, which takes every row and does nothing with it."""

    def read() -> int:
        session.read.schema(spark_schema).parquet(str(file)).select(*columns).write.format("noop").mode("overwrite").save()
        return rows

    spark_schema = session.read.parquet(str(file)).schema
    return read


def decode(arguments: argparse.Namespace, folder: Path, stack: contextlib.ExitStack) -> None:
    from pyspark.sql import SparkSession  # noqa: PLC0415  Only this benchmark has it installed.

    file = folder / "interactions.parquet"
    write(file, arguments.rows)
    session = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.ui.showConsoleProgress", "false")
        .config("spark.driver.memory", "2g")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.sql.files.maxPartitionBytes", "1g")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    stack.callback(session.stop)
    print(f"{arguments.rows:,} rows, one thread, {file.stat().st_size / 1e6:.1f} MB; million rows/s, median of {arguments.rounds}:")
    for columns in PROJECTIONS:
        with contextlib.ExitStack() as running:
            readers = {
                "Freshet": freshet(arguments.classpath, file, columns, running),
                "pyarrow": pyarrow(file, columns),
                "Spark": spark(session, file, columns, arguments.rows),
            }
            seconds: dict[str, list[float]] = {name: [] for name in readers}
            for number in range(WARM_UP + arguments.rounds):
                for name, read in readers.items():
                    started = time.perf_counter()
                    rows = read()
                    took = time.perf_counter() - started
                    if rows != arguments.rows:
                        raise SystemExit(f"{name} read {rows} of {arguments.rows} rows")
                    if number >= WARM_UP:
                        seconds[name].append(took)
        speed = {name: arguments.rows / statistics.median(each) / 1e6 for name, each in seconds.items()}
        print(
            f"{len(columns)} columns: "
            + ", ".join(f"{name} {each:.2f}" for name, each in speed.items())
            + f"; Freshet is {speed['Freshet'] / speed['pyarrow']:.2f} of pyarrow, {speed['Freshet'] / speed['Spark']:.2f} of Spark",
            flush=True,
        )
