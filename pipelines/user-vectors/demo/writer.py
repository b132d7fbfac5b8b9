"""Keeps appending events to the demo's table until SIGTERM: the application that Freshet knows nothing of.

python writer.py --table=FOLDER --rows=100 --interval=0.5 --first-user=100 --last-user=1999

Each commit holds events of users that are there and one of a user who is new.
"""

from __future__ import annotations

import argparse
import signal
import threading
import time
from pathlib import Path

from interactions import EventSource, InteractionTable, user_name


def write(table: InteractionTable, first_user: int, last_user: int, rows: int, interval: float) -> None:
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    source = EventSource(prefix="w", seed=11)
    known = [user_name(number) for number in range(first_user, last_user + 1)]
    new_user = last_user
    due = time.monotonic()
    while not stop.is_set():
        new_user += 1
        newcomer = source.event(user_name(new_user), event_type="view")
        table.append([*source.activity(known, rows - 1), newcomer])
        due = max(due + interval, time.monotonic())
        stop.wait(due - time.monotonic())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--table", type=Path, required=True)
    parser.add_argument("--rows", type=int, required=True, help="rows in a commit")
    parser.add_argument("--interval", type=float, required=True, help="seconds from commit to commit")
    parser.add_argument("--first-user", type=int, required=True)
    parser.add_argument("--last-user", type=int, required=True)
    options = parser.parse_args()
    write(InteractionTable(options.table), options.first_user, options.last_user, options.rows, options.interval)


if __name__ == "__main__":
    main()
