"""A request outlives its sender: the proxy holds it back beyond the lease, and delivers it after newer ones."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from pathlib import Path

from follower import LEASE_SECONDS
from judge import Difference
from processes import DemoError, wait_until
from states import KEYS, LIMIT, States
from surroundings import Servers

HELD_SECONDS = LEASE_SECONDS + 2.0
SETTLE_ABOVE = 2 * HELD_SECONDS
SETTLE_BELOW = 0.5


def hold(states: States, servers: Servers, newer_is_there: bool) -> list[Difference]:
    """Writes three states of some keys: the second is held back, its sender killed, the third written meanwhile.
    Returns what differs in the end. `newer_is_there`: the bytes are held until the third state can be read."""
    link, follower = servers.link, states.follower
    states.wait_for("first")
    link.hold()
    states.commit("second")
    wait_until("a request that is held back", LIMIT, lambda: link.held_bytes() > KEYS * 512)
    due = time.monotonic() + HELD_SECONDS
    follower.process.kill()
    link.let_new_ones_pass()
    states.commit("third")
    follower.process = follower.start_another()
    if newer_is_there:
        states.wait_for("third")
    wait_until("the end of the lease", LIMIT, lambda: time.monotonic() >= due)
    if states.holds("third") != newer_is_there:
        raise DemoError(f"The newest rows are {'not ' if newer_is_there else ''}there before the old ones arrive")
    link.release()
    if newer_is_there:
        # Nothing writes any more: what arrives now stays.
        wait_until("arrival of the old rows", LIMIT, lambda: not states.holds("third"))
    else:
        states.wait_for("third")
    states.drain_and_stop()
    return states.differences()


def play_held(servers: Servers, launcher: Path, folder: Path, show: Callable[[str], None]) -> bool:
    """Whether both parts end as they must."""
    with contextlib.ExitStack() as stack:
        held = States("held_above", SETTLE_ABOVE, servers, launcher, folder / "above", stack)
        above = hold(held, servers, newer_is_there=False)
        verified = held.follower.verify("--vectors=true")
        show(
            f"--settle={SETTLE_ABOVE:.0f}s, an old request arrives {HELD_SECONDS:.0f} s late: {len(above)} differences,"
            f" verify exits with {verified.returncode}"
        )
    is_well = not above and verified.returncode == 0
    with contextlib.ExitStack() as stack:
        held = States("held_below", SETTLE_BELOW, servers, launcher, folder / "below", stack)
        below = hold(held, servers, newer_is_there=True)
        found = held.follower.verify()
        stale = sum(line.startswith("stale ") for line in found.stdout.splitlines())
        show(
            f"--settle={SETTLE_BELOW}s, an old request arrives after newer rows: {len(below)} differences,"
            f" verify names {stale} and exits with {found.returncode}"
        )
        repaired = held.follower.verify("--repair=true")
        left = held.differences()
        again = held.follower.verify()
        show(
            f"verify --repair exits with {repaired.returncode}: {len(left)} differences are left,"
            f" verify exits with {again.returncode}"
        )
    is_well &= len(below) == stale == KEYS and found.returncode == 1
    is_well &= not left and repaired.returncode == 0 and again.returncode == 0
    if not is_well:
        for name, done in (("verify", found), ("verify --repair", repaired), ("verify", again)):
            show(f"{name}:\n{done.stdout}{done.stderr}")
    return is_well
