"""Changes a table without pause until SIGTERM, then writes its model to a file.

python table_writer.py --table=FOLDER --model=FILE --seed=N --keys=events|unique --pause=SECONDS
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import threading
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from history import History, Row


@dataclass(frozen=True)
class Written:
    """What the writer says of the table when it has ended."""

    version: int
    steps: dict[str, int]
    rows: list[Row]

    def save(self, file: Path) -> None:
        plain = [{**asdict(row), "event_timestamp": row.event_timestamp.isoformat()} for row in self.rows]
        file.write_text(json.dumps({"version": self.version, "steps": self.steps, "rows": plain}))

    @classmethod
    def load(cls, file: Path) -> Written:
        plain = json.loads(file.read_text())
        rows = [Row(**{**row, "event_timestamp": datetime.fromisoformat(row["event_timestamp"])}) for row in plain["rows"]]
        return cls(plain["version"], plain["steps"], rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--table", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--keys", choices=["events", "unique"], required=True)
    parser.add_argument("--pause", type=float, required=True, help="between two steps at most")
    options = parser.parse_args()
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    history = History(options.table, options.seed, unique=options.keys == "unique")
    pauses = random.Random(options.seed)
    while not stop.is_set():
        history.step()
        stop.wait(pauses.choice([0.0, 0.3, 1.0]) * options.pause)
    Written(history.version(), history.commits, history.rows).save(options.model)
    os._exit(0)  # Arrow's threads may abort an ordinary end of the interpreter.


if __name__ == "__main__":
    main()
