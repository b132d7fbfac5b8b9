"""Freshet's chaos test: whatever a table's users do and whatever breaks, the collection ends as the table says.

./freshet chaos [--runner=direct] [--rounds=4] [--seed=1] [--seconds=20] [--keys=both] [--milvus=lite] [--no-ledger] [--keep]
./freshet chaos held [--runner=direct] [--milvus=lite] [--keep]
./freshet chaos zombie [--milvus=lite] [--keep]
./freshet chaos orphan [--milvus=lite] [--keep]

docs/chaos.md says what it breaks, and how to read what it prints.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path

import paths  # noqa: F401
from held import play_held
from orphan import play_orphan
from processes import DemoError, stop_on
from rounds import Plan, Result, Round
from servers import MILVUS
from spark import RUNNERS, DriverPorts, java_options
from surroundings import Servers
from zombie import play_zombie

SHOWN = 5


def show(text: str = "") -> None:
    print(text, flush=True)


def kind_of_keys(asked: str, seed: int) -> str:
    return asked if asked != "both" else ("events", "unique")[seed % 2]


def show_failure(result: Result) -> None:
    kinds: dict[str, int] = {}
    for difference in result.differences:
        kinds[difference.kind] = kinds.get(difference.kind, 0) + 1
        if kinds[difference.kind] <= SHOWN:
            show(f"    {difference}")
    for kind, count in kinds.items():
        if count > SHOWN:
            show(f"    and {count - SHOWN} more that are {kind}")
    if result.unaccounted:
        show(f"    {result.unaccounted} of {result.changes} changes in the feed are not accounted for")
    for failure in result.failures:
        show("    " + failure.replace("\n", "\n    "))


def show_way_back(plan: Plan, folder: Path, servers: Servers) -> None:
    show(f"    kept: {folder}")
    options = f"--seed={plan.seed} --keys={plan.keys} --milvus={servers.kind} --runner={servers.place.runner}"
    options += f" --seconds={plan.seconds:g} --faults={plan.least_faults} --pause={plan.writer_pause:g}"
    show(f"    again: ./freshet chaos --rounds=1 {options}")


def play_rounds(arguments: argparse.Namespace, servers: Servers, folder: Path) -> bool:
    """Whether all is as it must be."""
    failed = lost = 0
    for seed in range(arguments.seed, arguments.seed + arguments.rounds):
        plan = Plan(
            seed=seed,
            keys=kind_of_keys(arguments.keys, seed),
            seconds=arguments.seconds,
            least_faults=arguments.faults,
            keeps_ledger=not arguments.no_ledger,
            writer_pause=arguments.pause,
        )
        own = folder / f"round-{seed}"
        own.mkdir()
        played = Round(plan, servers, Path(arguments.launcher), own)
        result = played.play()
        show(str(result))
        lost += sum(difference.kind != "model" for difference in result.differences)
        failed += not result.is_ok
        if not result.is_ok:
            show_failure(result)
            if plan.keeps_ledger:
                show_way_back(plan, own, servers)
        if result.is_ok and not arguments.keep:
            servers.drop(played.collection)
            shutil.rmtree(own)
            if servers.place.cluster:
                servers.place.cluster.clean()
    if arguments.no_ledger:
        show(f"{arguments.rounds} rounds without a ledger: {lost} differences in {failed}" + ("" if lost else ", NONE FOUND"))
        return lost > 0
    show(f"{arguments.rounds} rounds, {failed} failed")
    return failed == 0


def main() -> None:
    parser = argparse.ArgumentParser(prog="./freshet chaos", description=__doc__.split("\n")[0])
    parser.add_argument("--launcher", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--parent", required=True, help=argparse.SUPPRESS)
    parser.add_argument("what", nargs="?", choices=["rounds", "held", "zombie", "orphan"], default="rounds")
    parser.add_argument("--runner", choices=RUNNERS, default="direct")
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--seed", type=int, default=1, help="of the first round; each further one's is greater by one")
    parser.add_argument("--seconds", type=float, default=20.0, help="for which faults go on, at least")
    parser.add_argument("--faults", type=int, default=2, help="of the pipeline and of the servers in a round, at least")
    parser.add_argument("--pause", type=float, default=0.6, help="between two changes of the table, at most, in seconds")
    parser.add_argument("--keys", choices=["events", "unique", "both"], default="both")
    parser.add_argument("--milvus", choices=list(MILVUS), default="lite")
    parser.add_argument("--no-ledger", action="store_true", help="forget all progress at each restart: rows must get lost")
    parser.add_argument("--keep", action="store_true", help="leave the files of rounds that went well")
    arguments = parser.parse_args()
    driver = DriverPorts.free() if arguments.what in ("zombie", "orphan") else None
    runner = "standalone" if driver else arguments.runner
    stop_on([signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
    logging.getLogger("pymilvus").setLevel(logging.CRITICAL)
    folder = Path(tempfile.mkdtemp(prefix="chaos-", dir=arguments.parent))
    os.environ.setdefault("FRESHET_JAVA_OPTS", java_options(runner, folder, driver))
    try:
        with contextlib.ExitStack() as stack:
            servers = Servers(arguments.milvus, runner, folder, arguments.seed, stack)
            show(f"Milvus {arguments.milvus} at {servers.milvus.url}, behind a proxy at {servers.link.url}; files: {folder}")
            if arguments.what == "held":
                is_well = play_held(servers, Path(arguments.launcher), folder, show)
            elif driver:
                play = play_orphan if arguments.what == "orphan" else play_zombie
                is_well = play(servers, driver, Path(arguments.launcher), folder, show)
            else:
                is_well = play_rounds(arguments, servers, folder)
    except DemoError as failure:
        show(f"freshet: chaos: {failure}")
        is_well = False
    except SystemExit:
        show(f"Interrupted; everything is stopped, the files are left in {folder}")
        is_well = False
    if is_well and not arguments.keep:
        shutil.rmtree(folder, ignore_errors=True)
    sys.stdout.flush()
    os._exit(0 if is_well else 1)  # Arrow's threads may abort an ordinary end of the interpreter.


if __name__ == "__main__":
    main()
