"""Freshet's benchmarks: they print figures, and assert nothing on time.

./freshet benchmark drain [--rows=100000] [--commits=100] [--option=--name=value] [--rival=COMMAND]
./freshet benchmark freshness [--commits=100] [--rows=100] [--interval=0.5] [--option=...] [--rival=...]
./freshet benchmark overwrite [--rows=1000000] [--option=...]
./freshet benchmark retention [--users=50000] [--active=40000] [--option=...]
./freshet benchmark decode [--rows=1000000] [--rounds=15]
./freshet benchmark log [--commits=20000] [--short=200] [--rounds=3] [--option=...]
./freshet benchmark soak [--slices=20000] [--option=...]
./freshet benchmark age [--lengths=1000,10000] [--option=...]

drain: rows/s until a table that is already there is searchable, beside raw upserts of as many rows to the same server.
freshness: from a commit to its being searchable (STRONG), while commits go on.
overwrite: a table overwritten in one commit, and what a searcher sees meanwhile.
retention: old events of all users are deleted; only the vectors of users without newer events go.
decode: rows/s of one thread that decodes a data file, beside pyarrow and Spark on the same file.
log: a table with a long log beside one with a short log: time to the first slice, cost of an idle poll, memory.
soak: very many slices in one process: memory, threads, files, processor and freshness after a tenth, half and all of them.
age: logs of these lengths, with and without a checkpoint: start, first delete after a restart, status, verify, memory.

Each but decode takes --milvus=lite|2.3.5 and --runner=DirectRunner|SparkRunner (with, say, --option=--sparkMaster=local[2]).

A rival is another job that is measured in the same way, on the same table and server, after Freshet. In its command
{table}, {host}, {port} and {collection} are replaced, and {folder} by an empty folder; it starts at version 0.

Everything runs on this machine, on free ports of 127.0.0.1. Figures of a busy machine say nothing.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "demo"))

from age import age  # noqa: E402
from decode import decode  # noqa: E402
from drain import drain  # noqa: E402
from latency import latency  # noqa: E402
from log import log  # noqa: E402
from overwrite import overwrite  # noqa: E402
from retention import retention  # noqa: E402
from servers import MILVUS  # noqa: E402
from soak import soak  # noqa: E402

RUN = {
    "drain": drain,
    "freshness": latency,
    "overwrite": overwrite,
    "retention": retention,
    "decode": decode,
    "log": log,
    "soak": soak,
    "age": age,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="./freshet benchmark", description=__doc__.split("\n")[0])
    parser.add_argument("--launcher", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--parent", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--classpath", help=argparse.SUPPRESS)
    commands = parser.add_subparsers(dest="command", required=True)
    draining = commands.add_parser("drain")
    draining.add_argument("--rows", type=int, default=100_000)
    draining.add_argument("--commits", type=int, default=100)
    following = commands.add_parser("freshness")
    following.add_argument("--commits", type=int, default=100)
    following.add_argument("--rows", type=int, default=100)
    following.add_argument("--interval", type=float, default=0.5, help="seconds between two commits")
    following.add_argument("--warm-up", type=int, default=10, help="commits before those that count")
    overwriting = commands.add_parser("overwrite")
    overwriting.add_argument("--rows", type=int, default=1_000_000)
    retaining = commands.add_parser("retention")
    retaining.add_argument("--users", type=int, default=50_000)
    retaining.add_argument("--active", type=int, default=40_000, help="users who have newer events")
    logging = commands.add_parser("log")
    logging.add_argument("--commits", type=int, default=20_000, help="of the long log")
    logging.add_argument("--short", type=int, default=200, help="commits of the short log")
    logging.add_argument("--rounds", type=int, default=3)
    soaking = commands.add_parser("soak")
    soaking.add_argument("--slices", type=int, default=20_000)
    soaking.add_argument("--renew-after", type=int, help="slices after which the graph is renewed; by default a tenth of all")
    ageing = commands.add_parser("age")
    ageing.add_argument("--lengths", default="1000,10000", help="commits of each log; 100000 takes some minutes more")
    decoding = commands.add_parser("decode")
    decoding.add_argument("--rows", type=int, default=1_000_000)
    decoding.add_argument("--rounds", type=int, default=15)
    for command in set(commands.choices.values()) - {decoding}:
        command.add_argument("--milvus", choices=list(MILVUS), default="lite", help="the server")
        command.add_argument("--runner", choices=["DirectRunner", "SparkRunner"], default="DirectRunner")
        command.add_argument("--option", action="append", default=[], help="an option of ./freshet run, as --option=--name=value")
    for command in (draining, following):
        command.add_argument("--rival", help="another job's command line")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="benchmark-", ignore_cleanup_errors=True, dir=arguments.parent) as folder, contextlib.ExitStack() as stack:
        RUN[arguments.command](arguments, Path(folder), stack)


if __name__ == "__main__":
    main()
