"""Freshet's demo: a Delta table, an application that writes to it, Milvus, and the pipeline between them.

./freshet demo [--seconds=30] [--keep]

Everything runs on this machine, on free ports of 127.0.0.1, and is stopped at the end. What it shows it has also
checked: the exit status is not 0 if the search does not change, or if the collection is not what the table says.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import shlex
import shutil
import signal
import sys
import tempfile
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import report
from collection import UserVectors
from freshness import Click, Clicker, Probes, percentile
from interactions import EventSource, InteractionTable, user_name
from pipeline import Pipeline, ProgressRelay, run_options
from processes import ChildProcess, DemoError, stop_on
from report import SearchResult
from servers import Server, start_milvus, start_prometheus, start_pushgateway

COLLECTION = "user_vectors"
USERS = 2_000
EVENTS_EACH = 10
# The writer leaves these alone, so that only the demo's own clicks move their vectors.
RESERVED_USERS = 100
CLICKING_USER = user_name(42)
PROBE_USERS = [user_name(number) for number in range(20)]
PROBE_PAUSE = 0.5
WRITER_ROWS = 100
WRITER_INTERVAL = 0.5
NEIGHBOURS = 5
FIRST_LOAD_LIMIT = 180.0
CATCH_UP_LIMIT = 60.0


def show(line: str = "") -> None:
    print(line, flush=True)


@dataclass(frozen=True)
class Servers:
    """What the demo has started beside the pipeline."""

    milvus: Server
    pushgateway: Server | None
    prometheus: Server | None

    @classmethod
    def start(cls, folder: Path, stack: contextlib.ExitStack) -> Servers:
        milvus = start_milvus("lite", folder, stack)
        show(f"   Milvus Lite   {milvus.url}")
        pushgateway = start_pushgateway(folder, stack)
        if pushgateway is None:
            show("   Pushgateway   not installed; going on without metrics")
            return cls(milvus, None, None)
        show(f"   Pushgateway   {pushgateway.url}")
        prometheus = start_prometheus(folder, stack, pushgateway)
        if prometheus is None:
            show("   Prometheus    not installed; the Pushgateway alone will do")
        else:
            show(f"   Prometheus    {prometheus.url}/graph?g0.expr=pipeline_commits_behind&g0.tab=0&g0.range_input=1m")
        return cls(milvus, pushgateway, prometheus)

    def pushgateway_url(self) -> str | None:
        return self.pushgateway.url if self.pushgateway else None

    def pids(self) -> list[int]:
        return [server.process.pid for server in (self.milvus, self.pushgateway, self.prometheus) if server]


class Demo:
    """The steps of the demo, in their order; each says what it shows."""

    def __init__(self, launcher: Path, folder: Path, seconds: float) -> None:
        self._launcher = launcher
        self._folder = folder
        self._seconds = seconds
        self._table_folder = folder / "user_interactions"
        self._ledger = folder / "ledger"
        self._source = EventSource(prefix="d", seed=7)

    def play(self, servers_stack: contextlib.ExitStack, stack: contextlib.ExitStack) -> Servers:
        show(f"1. Servers, on this machine only; their files: {self._folder}")
        servers = Servers.start(self._folder, servers_stack)
        show()
        table, loaded_version = self._make_table()
        show()
        vectors = UserVectors(servers.milvus.url, COLLECTION)
        stack.callback(vectors.close)
        pipeline = self._start_pipeline(servers, vectors, stack)
        show()
        clicks, streamed = self._stream(table, vectors, pipeline, stack)
        show()
        self._check_collection(table, vectors, loaded_version, pipeline)
        show()
        self._show_figures(clicks, streamed)
        if servers.pushgateway:
            show()
            self._show_series(servers.pushgateway)
        show()
        show(f"8. Stopped by SIGTERM with status 0 in {pipeline.stop():.1f} s")
        return servers

    def show_next_steps(self, servers: Servers, kept: bool) -> None:
        if kept:
            pids = " ".join(str(pid) for pid in servers.pids())
            show("Kept: the servers run on, and the table is there. The pipeline goes on from its ledger:")
            show(self._command(self._options(servers)))
            show("    " + self._shown_command("status", [f"--ledger={self._ledger}"]))
            show(f"To end it: kill {pids} && rm -r {shlex.quote(str(self._folder))}")
            show()
        show("Your own table (turn its change data feed on: delta.enableChangeDataFeed=true):")
        own = run_options(
            table="/path/to/table",
            ledger="/path/to/ledger",
            milvus="http://localhost:19530",
            collection=COLLECTION,
            pushgateway=None,
            job="user-vectors",
        )
        show(self._command([*own, "--keyColumn=user_id", "--textTemplate={user_id} {event_type} {item_id}"]))
        show("    " + self._shown_command("status", ["--ledger=/path/to/ledger"]))
        show("README.md has the steps, docs/options.md every option.")

    def _make_table(self) -> tuple[InteractionTable, int]:
        table = InteractionTable.create(self._table_folder)
        users = [user_name(number) for number in range(USERS)]
        commit = table.append(self._source.history(users, EVENTS_EACH))
        show(f"2. A Delta table with its change data feed on, written by delta-rs: {self._table_folder}")
        show(f"   {table.row_count():,} events of {USERS:,} users")
        return table, commit.version

    def _start_pipeline(self, servers: Servers, vectors: UserVectors, stack: contextlib.ExitStack) -> Pipeline:
        options = self._options(servers)
        show("3. The pipeline")
        show(self._command(options))
        pipeline = Pipeline(str(self._launcher), options, self._folder / "freshet.log", stack)
        relay = ProgressRelay(pipeline.process.log, lambda line: show(f"   {line}"))
        relay.start()
        stack.callback(relay.stop)
        pipeline.process.wait_until(
            f"{USERS:,} users in Milvus", FIRST_LOAD_LIMIT, lambda: vectors.user_count() >= USERS
        )
        seconds = time.monotonic() - pipeline.started_at
        show(f"   The table as it stood is in Milvus {seconds:.1f} s after the start of the JVM")
        return pipeline

    def _stream(
        self, table: InteractionTable, vectors: UserVectors, pipeline: Pipeline, stack: contextlib.ExitStack
    ) -> tuple[list[Click], int]:
        """Runs the writer and the probes for the time asked, with the user's click halfway."""
        rate = WRITER_ROWS / WRITER_INTERVAL
        show(f"4. An application writes {rate:.0f} rows/s to the table for {self._seconds:.0f} s; Freshet follows")
        rows_before = table.row_count()
        writer = self._start_writer(stack)
        probes = Probes(
            Clicker(
                InteractionTable(self._table_folder),
                vectors,
                EventSource(prefix="p", seed=13),
                pipeline.process.check,
            ),
            PROBE_USERS,
            PROBE_PAUSE,
        )
        probes.start()
        stack.callback(probes.abandon)
        begun = time.monotonic()

        def has_run(seconds: float) -> bool:
            writer.check()
            probes.check()
            return time.monotonic() - begun >= seconds

        limit = self._seconds + CATCH_UP_LIMIT
        pipeline.process.wait_until("first half", limit, lambda: has_run(self._seconds / 2))
        click = self._show_click(table, vectors, pipeline)
        pipeline.process.wait_until("second half", limit, lambda: has_run(self._seconds))
        writer.check()
        writer.stop()
        return [*probes.finish(), click], table.row_count() - rows_before

    def _start_writer(self, stack: contextlib.ExitStack) -> ChildProcess:
        command = [
            sys.executable,
            str(Path(__file__).with_name("writer.py")),
            f"--table={self._table_folder}",
            f"--rows={WRITER_ROWS}",
            f"--interval={WRITER_INTERVAL}",
            f"--first-user={RESERVED_USERS}",
            f"--last-user={USERS - 1}",
        ]
        return ChildProcess("the writer", command, self._folder / "writer.log", stack)

    def _show_click(self, table: InteractionTable, vectors: UserVectors, pipeline: Pipeline) -> Click:
        before = self._search(table, vectors)
        item = self._item_to_click(table)
        click = Clicker(table, vectors, self._source, pipeline.process.check).click(CLICKING_USER, item)
        after = self._search(table, vectors)
        metric = vectors.metric()
        lines = [
            f"5. {CLICKING_USER} clicks on {item}: Milvus has the new vector {click.seconds:.2f} s after the commit",
            f"   Who is most like this user? The same search before and after ({metric}, {report.nearer(metric)}):",
            "",
            *(f"   {line}" for line in report.before_and_after(before, after)),
        ]
        show("\n".join(["", *lines, ""]))
        if before.users() == after.users():
            raise DemoError(f"The search result is the same after the click of {CLICKING_USER}")
        return click

    def _search(self, table: InteractionTable, vectors: UserVectors) -> SearchResult:
        found = vectors.most_like(CLICKING_USER, NEIGHBOURS)
        events = table.newest_events([CLICKING_USER, *(neighbour.user_id for neighbour in found)])
        return SearchResult(CLICKING_USER, found, events)

    def _item_to_click(self, table: InteractionTable) -> str:
        """What another user clicked last, so that the two have something in common."""
        resting = [user_name(number) for number in range(len(PROBE_USERS), RESERVED_USERS)]
        events = table.newest_events([CLICKING_USER, *resting])
        own = events.pop(CLICKING_USER).item_id
        return next(event.item_id for event in events.values() if event.event_type == "click" and event.item_id != own)

    def _check_collection(
        self, table: InteractionTable, vectors: UserVectors, loaded_version: int, pipeline: Pipeline
    ) -> None:
        """Waits until the collection is what the table says, user by user: how many, and from which commit."""
        wanted = table.newest_versions(loaded_version)
        deadline = time.monotonic() + CATCH_UP_LIMIT
        while True:
            pipeline.process.check()
            count = vectors.user_count()
            found = vectors.commit_versions(wanted)
            stale = [user for user, version in wanted.items() if found.get(user) != version]
            if not stale and count == len(wanted):
                break
            if time.monotonic() > deadline:
                raise DemoError(
                    f"The table has {len(wanted):,} users, the collection {count:,}; {len(stale):,} are missing or "
                    f"not from their newest commit, such as {stale[:3]}"
                )
            time.sleep(0.1)
        show(f"6. Compared: {len(wanted):,} users in the table, {count:,} in Milvus, each from their newest commit")

    def _show_figures(self, clicks: list[Click], streamed: int) -> None:
        seconds = [click.seconds for click in clicks]
        show("7. Measured from outside, commit to answer from Milvus")
        show(
            f"   freshness p50 {percentile(seconds, 50):.2f} s, p99 {percentile(seconds, 99):.2f} s "
            f"of {len(seconds)} clicks, among {streamed:,} rows at {streamed / self._seconds:,.0f} rows/s"
        )

    def _show_series(self, pushgateway: Server) -> None:
        with urllib.request.urlopen(f"{pushgateway.url}/metrics", timeout=5) as response:
            lines = report.chosen_series(response.read().decode())
        if not lines:
            raise DemoError(f"The Pushgateway at {pushgateway.url} holds no series of the pipeline")
        show("   The Pushgateway holds, among others")
        for line in lines:
            show(f"   {line}")

    def _options(self, servers: Servers) -> list[str]:
        return run_options(
            table=str(self._table_folder),
            ledger=str(self._ledger),
            milvus=servers.milvus.url,
            collection=COLLECTION,
            pushgateway=servers.pushgateway_url(),
            job="freshet-demo",
        )

    def _shown_command(self, command: str, arguments: list[str]) -> str:
        return shlex.join(["./freshet", command, *arguments])

    def _command(self, arguments: list[str]) -> str:
        return report.shell_command("./freshet run", [shlex.quote(argument) for argument in arguments])


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./freshet demo", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=30.0, help="how long the table is written to (default 30)")
    parser.add_argument("--keep", action="store_true", help="leave the servers running and the files in place")
    parser.add_argument("--launcher", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--parent", type=Path, required=True, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.seconds >= 5:
        parser.error("--seconds must be 5 or more")
    return options


def main() -> int:
    options = arguments()
    stop_on([signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
    logging.getLogger("pymilvus").setLevel(logging.CRITICAL)
    folder = Path(tempfile.mkdtemp(prefix="demo-", dir=options.parent))
    demo = Demo(options.launcher, folder, options.seconds)
    try:
        with contextlib.ExitStack() as servers_stack:
            with contextlib.ExitStack() as stack:
                servers = demo.play(servers_stack, stack)
            if options.keep:
                servers_stack.pop_all()
    except DemoError as error:
        print(f"The demo failed: {error}\nIts files: {folder}", file=sys.stderr, flush=True)
        return 1
    except SystemExit:
        shutil.rmtree(folder, ignore_errors=True)
        print("Interrupted; everything is stopped and removed", file=sys.stderr, flush=True)
        raise
    if not options.keep:
        shutil.rmtree(folder)
    show()
    demo.show_next_steps(servers, options.keep)
    return 0


if __name__ == "__main__":
    sys.exit(main())
