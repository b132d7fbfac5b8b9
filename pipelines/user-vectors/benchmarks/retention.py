"""A retention job deletes the old events of all users: those who have newer ones stay."""

from __future__ import annotations

import argparse
import contextlib
import time
from datetime import datetime, timedelta, timezone
from pathlib import Path

from collection import UserVectors
from deltalake import DeltaTable
from interactions import EventSource, InteractionTable, user_name
from jobs import LIMIT, freshet
from processes import ChildProcess
from servers import start_milvus

OLD_EVENTS = 4


def retention(arguments: argparse.Namespace, folder: Path, stack: contextlib.ExitStack) -> None:
    users = [user_name(i) for i in range(arguments.users)]
    active = users[: arguments.active]
    idle = users[arguments.active :]
    now = datetime.now(timezone.utc)
    source = EventSource("b", seed=7)
    table = InteractionTable.create(folder / "table")
    for age in range(OLD_EVENTS):
        at = now - timedelta(days=100 - age)
        table.append([source.event(user, event_type="view", at=at) for user in users])
    table.append([source.event(user, event_type="click", at=now) for user in active])
    milvus = start_milvus(arguments.milvus, folder, stack).url
    job = freshet(arguments, table.folder, milvus, "freshet", folder)
    process = ChildProcess(job.name, job.command, folder / f"{job.name}.log", stack)
    vectors = UserVectors(milvus, "freshet")
    # Counting all rows costs Milvus Lite more than writing some: users of the last commit stand for them.
    sample = active[:: max(1, len(active) // 500)]
    process.wait_until(
        "the last commit in Milvus",
        LIMIT,
        lambda: vectors.is_loaded() and set(vectors.commit_versions(sample).values()) == {table.version()},
        step=0.5,
    )
    process.wait_until("all users in Milvus", LIMIT, lambda: vectors.user_count() == len(users), step=5)

    started = time.monotonic()
    cut = (now - timedelta(days=30)).isoformat()
    DeltaTable(str(table.folder)).delete(f"event_timestamp < '{cut}'")
    deleted = time.monotonic()
    process.wait_until("the idle users' end", LIMIT, lambda: not vectors.commit_versions(idle), step=0.2)
    gone = time.monotonic()
    kept = len(vectors.commit_versions(active))
    left = vectors.user_count() - kept
    print(
        f"DELETE of {OLD_EVENTS * len(users):,} old events of {len(users):,} users, {len(active):,} of whom have newer ones:"
        f" {deleted - started:.2f} s\n"
        f"{len(idle) - left:,} vectors of {len(idle):,} idle users gone, {kept:,} of {len(active):,} active users kept:"
        f" {gone - deleted:.2f} s after the DELETE, {(gone - deleted) / (deleted - started):.1f} times its own time"
    )
