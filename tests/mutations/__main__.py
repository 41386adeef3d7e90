"""The command: choose, change, judge, count."""

from __future__ import annotations

import argparse
import queue
import sys
import threading
import time
from collections import Counter
from pathlib import Path

from .judges import ROOT, Copy, Outcome
from .operators import Site, chosen, room_of, sites

SURVIVORS = Path(__file__).with_name("survivors.md")
GOAL = 0.95


def reasons() -> dict[str, str]:
    """The known survivors: a mutation and why no test of meaning sees it."""
    found: dict[str, str] = {}
    for line in SURVIVORS.read_text(encoding="utf-8").splitlines():
        if line.startswith("- `"):
            key, _, reason = line.removeprefix("- `").partition("`: ")
            found[key] = reason
    return found


def judged(picked: list[Site], jobs: int) -> list[Outcome]:
    """The outcome of every mutation; each job has a copy of the tree of its own."""
    waiting: queue.Queue[Site] = queue.Queue()
    for site in picked:
        waiting.put(site)
    copies = [Copy() for _ in range(jobs)]
    times = copies[0].baseline(sorted({room_of(s.path) for s in picked}))
    print("unchanged: " + ", ".join(f"{t:.0f} s" for t in times.values()), flush=True)
    for copy in copies[1:]:
        if copies[0].record.exists():
            copy.record.write_bytes(copies[0].record.read_bytes())
    outcomes: list[Outcome] = []

    def work(copy: Copy) -> None:
        while True:
            try:
                site = waiting.get_nowait()
            except queue.Empty:
                return
            made = copy.judge(site, times)
            outcomes.append(made)
            said = f"killed by {made.by}" if made.by else "SURVIVES"
            print(f"[{len(outcomes)}/{len(picked)} {made.seconds:.0f} s] {site.key}: {said}",
                  flush=True)

    threads = [threading.Thread(target=work, args=(copy,)) for copy in copies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for copy in copies:
        copy.close()
    return outcomes


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutations")
    parser.add_argument("--count", type=int, default=64, help="how many mutations")
    parser.add_argument("--seed", default="0", help="which ones")
    parser.add_argument("--jobs", type=int, default=2, help="mutations judged at once")
    parser.add_argument("--only", default="", help="those whose key contains this text")
    parser.add_argument("--list", action="store_true", help="say which, and judge nothing")
    options = parser.parse_args()
    found = sites(ROOT)
    picked = ([s for s in found if options.only in s.key] if options.only
              else chosen(found, options.count, options.seed))
    if options.list:
        for site in picked:
            print(f"{site.operator:18} {site.key}")
        print(f"{len(picked)} of {len(found)} sites")
        return 0
    known, begun = reasons(), time.monotonic()
    outcomes = judged(picked, options.jobs)
    alive = [o.site for o in outcomes if not o.by]
    open_ = [s for s in alive if s.key not in known]
    print(f"\n{len(outcomes)} mutations in {time.monotonic() - begun:.0f} s: "
          f"{len(outcomes) - len(alive)} killed, {len(alive)} survive")
    rooms = Counter(room_of(o.site.path) for o in outcomes)
    dead = Counter(room_of(o.site.path) for o in outcomes if o.by)
    print("  ".join(f"{room} {dead[room]}/{rooms[room]}" for room in sorted(rooms)))
    for site in alive:
        print(f"- `{site.key}`: {known.get(site.key, 'NO REASON')}")
    meant = len(outcomes) - (len(alive) - len(open_))
    share = (len(outcomes) - len(alive)) / max(1, meant)
    print(f"{share:.1%} of those that change a meaning are killed")
    return 0 if share >= GOAL else 1


if __name__ == "__main__":
    sys.exit(main())
