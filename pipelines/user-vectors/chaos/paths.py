"""Puts the demo's modules within reach: import it before them."""

import sys
from pathlib import Path

CHAOS = Path(__file__).parent
PROJECT = CHAOS.parents[2]
sys.path.insert(0, str(CHAOS.parent / "demo"))
