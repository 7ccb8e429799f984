#!/usr/bin/env python3
"""Measures what models take and fits the table that `forecart plan` starts from.

  calibrate.py measure FORECART SHARED OUT.jsonl [MODEL ...]   appends a line per model and panel
  calibrate.py fit OUT.jsonl > src/pipeline/plan_costs.inc     fits the table to all lines

A line holds core-seconds of one fit (`fit`) and of one rolling origin (`window`), told apart by
backtests of 1 and of 8 origins with one thread. The table has a row per model and kind of work:
non-negative least squares of relative errors on 1, series, values and values x season."""
import csv
import io
import json
import random
import subprocess
import sys
from pathlib import Path

import numpy

# name, file below SHARED, series taken, last values kept of each, frequency, season, horizon
PANELS = [
    ("hourly-1", "orders", 1, 0, "h", 24, 24),
    ("products", "orders-by-product", 19, 0, "D", 7, 28),
    ("m4h-5", "long/m4_hourly_train.csv.zst", 5, 0, "h", 24, 48),
    ("m4h-40", "long/m4_hourly_train.csv.zst", 40, 0, "h", 24, 48),
    ("m4w-1", "long/m4_weekly_train.csv.zst", 1, 0, "W-MON", 52, 13),
    ("m4w-30", "long/m4_weekly_train.csv.zst", 30, 0, "W-MON", 52, 13),
    ("items-10", "long/store_item_daily.csv.zst", 10, 0, "D", 7, 28),
    ("items-80", "long/store_item_daily.csv.zst", 80, 730, "D", 7, 28),
    ("m5-15", "long/m5_tiny_daily.csv.zst", 15, 0, "D", 7, 28),
    ("m5-60", "long/m5_tiny_daily.csv.zst", 60, 900, "D", 7, 28),
    ("m5-168", "long/m5_tiny_daily.csv.zst", 168, 365, "D", 7, 14),
    ("short-1", "long/m4_hourly_train.csv.zst", 1, 400, "h", 24, 24),
]


def long_rows(shared, file, series, last):
    text = subprocess.run(["zstdcat", f"{shared}/{file}"], capture_output=True, text=True,
                          check=True).stdout
    by_id = {}
    for row in csv.DictReader(io.StringIO(text)):
        by_id.setdefault(row["unique_id"], []).append((row["ds"], row["y"]))
    ids = random.Random(1).sample(sorted(by_id), series)
    return [(i, *v) for i in ids for v in by_id[i][-last:]]


def inputs(panel, shared, folder):
    """Arguments that give the program a panel."""
    name, file, series, last, frequency, _, _ = panel
    if file.startswith("orders"):
        files = sorted(str(f) for f in Path(shared, "galli").glob("*.csv"))
        by = ["--by", "Product"] if file.endswith("product") else []
        return [*files, "--orders", "--freq", frequency, *by]
    path = folder / f"{name}.csv"
    if not path.exists():
        rows = long_rows(shared, file, series, last)
        path.write_text("unique_id,ds,y\n" + "".join(",".join(r) + "\n" for r in rows))
    return [str(path), "--freq", frequency]


def core_seconds(program, arguments, panel, model, windows):
    season, horizon = panel[5:]
    seasonal = ["--seasonal-order", f"1,1,1,{season}"] if model == "ARIMA" else []
    command = [program, "backtest", *arguments, "--model", model, "--h", str(horizon), "--n-windows",
               str(windows), "--threads", "1", "--progress", "never", "--json", *seasonal]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 3):
        raise RuntimeError(done.stderr)
    answer = json.loads(done.stdout)
    stage = [s for s in answer["usage"]["stages"] if s["stage"] == "models"][0]
    return stage["core_seconds"], answer


def measure(program, shared, out, models):
    folder = Path(out).parent / "panels"
    folder.mkdir(parents=True, exist_ok=True)
    for panel in PANELS:
        arguments = inputs(panel, shared, folder)
        for model in models:
            one, answer = core_seconds(program, arguments, panel, model, 1)
            eight, _ = core_seconds(program, arguments, panel, model, 8)
            window = max(eight - one, 0) / 7
            values = {"products": 19 * 365, "hourly-1": 8765}.get(panel[0])
            if values is None:
                values = sum(1 for _ in open(folder / f"{panel[0]}.csv", encoding="utf-8")) - 1
            line = {"panel": panel[0], "model": model, "series": answer["n_series"],
                    "values": values, "season": panel[5], "horizon": panel[6],
                    "fit": max(one - window, 0), "window": window}
            print(json.dumps(line), flush=True)
            with open(out, "a", encoding="utf-8") as file:
                file.write(json.dumps(line) + "\n")


def least_squares(matrix, wanted):
    """Non-negative least squares by coordinate descent."""
    result = numpy.zeros(matrix.shape[1])
    squares = (matrix ** 2).sum(axis=0)
    for _ in range(20000):
        for j in range(len(result)):
            rest = wanted - matrix @ result + matrix[:, j] * result[j]
            result[j] = max(0, matrix[:, j] @ rest / squares[j])
    return result


def fitted(own, work):
    """Coefficients of one kind of work of one model; tells on stderr how well they do."""
    seconds = numpy.array([max(line[work], 1e-4) for line in own])
    steps = [line["series"] * line["horizon"] for line in own]
    amounts = [line["values"] if work == "fit" else step for line, step in zip(own, steps)]
    matrix = numpy.array([[1, line["series"], amount, amount * line["season"]]
                          for line, amount in zip(own, amounts)], dtype=float)
    scale = matrix.mean(axis=0)
    found = least_squares(matrix / scale / seconds[:, None], numpy.ones(len(own))) / scale
    for line, predicted, actual in zip(own, matrix @ found, seconds):
        print(f"{line['model']} {work} {line['panel']}: {predicted / actual:.2f} of {actual:.4f} s",
              file=sys.stderr)
    return found


def fit(lines):
    print("// Made by benchmarks/plan/calibrate.py. Core-seconds of one fit, then of one rolling origin:")
    print("// {fixed, per series, per value, per value and step of the season}, of a rolling origin")
    print("// per forecast step instead of per value. The first model stands for others.")
    models = sorted({line["model"] for line in lines})
    for model in models:
        own = [line for line in lines if line["model"] == model]
        rows = [", ".join(f"{c:.3g}" for c in fitted(own, work)) for work in ("fit", "window")]
        print(f'{{"{model}", {{{rows[0]}}}, {{{rows[1]}}}}},')


if __name__ == "__main__":
    if sys.argv[1] == "measure":
        measure(sys.argv[2], sys.argv[3], sys.argv[4], sys.argv[5:])
    else:
        with open(sys.argv[2], encoding="utf-8") as measured:
            fit([json.loads(line) for line in measured])
