#!/usr/bin/env python3
"""Replays days: never fitting again, the policy, and fitting everything at each origin.

    replay.py LABEL METRIC FORECART ARGUMENTS...

ARGUMENTS are those of `forecart backtest`, with one model and a number of origins. Prints the mean
loss, the core-seconds and what was refitted of each, and exits 1 unless the policy loses at most 1 %
more than fitting everything daily and takes less than a tenth of its core-seconds.
"""

import json
import resource
import subprocess
import sys

MOST_LOSS = 1.01
MOST_COMPUTE = 0.10


def core_seconds():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def replay(forecart, arguments, refit):
    """The only score of a backtest and the core-seconds that it took."""
    before = core_seconds()
    command = [forecart, "backtest", *arguments, "--refit", refit, "--progress", "never", "--json"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode not in (0, 3):
        sys.exit(f"replay: {' '.join(command)}: {done.stderr.strip()}")
    score = json.loads(done.stdout)["scores"][0]
    return score, core_seconds() - before


def main():
    label, metric, forecart, *arguments = sys.argv[1:]
    results = {}
    for name, refit in (("never", "false"), ("policy", "auto"), ("daily", "true")):
        score, seconds = replay(forecart, arguments, refit)
        results[name] = (score[metric], seconds)
        done = score.get("retraining")
        told = "" if done is None else (
            f"; of {done['moved_on'] + done['re_estimated'] + done['selected_anew']} states of series "
            f"{done['moved_on']} moved on, {done['re_estimated']} were re-estimated, "
            f"{done['selected_anew']} selected anew, {done['postponed']} waited")
        coverage = ", ".join(f"{level} %: {share:.3f}" for level, share in score["coverage"].items())
        print(f"{label}, {name}: {metric} {score[metric]:.4f}, {seconds:.1f} core-seconds, "
              f"coverage {coverage}{told}", flush=True)
    loss = results["policy"][0] / results["daily"][0]
    compute = results["policy"][1] / results["daily"][1]
    passed = loss <= MOST_LOSS and compute < MOST_COMPUTE
    print(f"{label}: policy / daily: loss {loss:.4f} (at most {MOST_LOSS}), core-seconds {compute:.3f} "
          f"(below {MOST_COMPUTE}): {'passed' if passed else 'FAILED'}")
    sys.exit(0 if passed else 1)


if __name__ == "__main__":
    main()
