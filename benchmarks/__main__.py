"""All measurements, one part after another: ``make bench``. Status 1 when a bar is not kept."""

import sys
from importlib import import_module

from benchmarks.bars import show

# Each has run() -> list[Bar]. A new part goes here.
PARTS = (
    "benchmarks.planner",
    "benchmarks.waste",
    "benchmarks.booking",
    "benchmarks.board",
    "benchmarks.growth",
    "benchmarks.messages",
    "benchmarks.load",
)


def main() -> int:
    """Run the parts, print their figures as they come, and count the bars that are not kept."""
    kept = missed = 0
    for part in PARTS:
        module = import_module(part)
        print(f"\n{(module.__doc__ or part).splitlines()[0]}", flush=True)
        bars = module.run()
        show(bars)
        asked = [bar for bar in bars if bar.bar]
        kept += sum(bar.ok for bar in asked)
        missed += sum(not bar.ok for bar in asked)
    print(f"\n{kept} bars kept, {missed} not.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
