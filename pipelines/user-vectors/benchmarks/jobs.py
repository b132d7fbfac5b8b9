"""The jobs that are measured: Freshet, and a rival."""

from __future__ import annotations

import argparse
import os
import shlex
from dataclasses import dataclass
from pathlib import Path

from pipeline import run_options

LIMIT = 600.0  # Seconds.
DIMENSION = 128


@dataclass(frozen=True)
class Job:
    """A job that fills a collection: Freshet, or a rival."""

    name: str
    command: list[str]


def jdk(program: str) -> str:
    """A program of the JDK that ./freshet uses."""
    home = os.environ.get("JAVA_HOME")
    return f"{home}/bin/{program}" if home else program


def freshet(arguments: argparse.Namespace, table: Path, milvus: str, collection: str, folder: Path) -> Job:
    options = run_options(str(table), str(folder / f"ledger-{collection}"), milvus, collection, None, "benchmark")
    defaults = {name(option): option for option in options} | {"--runner": f"--runner={arguments.runner}", "--startingVersion": "--startingVersion=0"}
    for option in arguments.option:
        defaults.pop(name(option), None)
    return Job("freshet", [arguments.launcher, "run", *defaults.values(), *arguments.option])


def name(option: str) -> str:
    """--name of --name=value."""
    return option.partition("=")[0]


def rival(command: str, table: Path, milvus: str, collection: str, folder: Path) -> Job:
    host, port = milvus.removeprefix("http://").split(":")
    own = folder / f"rival-{collection}"
    own.mkdir()
    filled = command.format(table=table, host=host, port=port, collection=collection, folder=own)
    return Job("rival", shlex.split(filled))


def jobs(arguments: argparse.Namespace, table: Path, milvus: str, folder: Path) -> list[tuple[Job, str]]:
    made = [(freshet(arguments, table, milvus, "freshet", folder), "freshet")]
    if arguments.rival:
        made.append((rival(arguments.rival, table, milvus, "rival", folder), "rival"))
    return made
