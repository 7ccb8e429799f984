#!/usr/bin/env python3
"""Holds back and scores the last days of a long table of daily sales.

  score.py split LONG.csv.zst HORIZON TRAIN.csv           writes all but the last HORIZON rows of each id
  score.py score LONG.csv.zst HORIZON FORECASTS.csv       scores forecasts of those rows

FORECASTS has unique_id, ds and one column per model. Prints one JSON line per model: smape, the mean
over all points of 200 |y - f| / (|y| + |f|), 0/0 = 0 (Kaggle's Store Item Demand), and rmsse, the mean
over the ids of the root of the mean squared error over the mean squared first difference from the
first sale on [Makridakis, Spiliotis & Assimakopoulos 2022, M5].
"""
import csv
import json
import math
import subprocess
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))
import forecasts


def table(path):
    """id -> (ds, y) rows in the order of the file."""
    text = subprocess.run(["zstd", "-dc", path], capture_output=True, text=True, check=True).stdout
    series = {}
    for key, ds, y in list(csv.reader(text.splitlines()))[1:]:
        series.setdefault(key, []).append((ds, y))
    return series


def split(series, horizon, path):
    with open(path, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("unique_id", "ds", "y"))
        for key, rows in series.items():
            writer.writerows((key, *row) for row in rows[:-horizon])


def scale(past):
    """Mean squared first difference from the first sale on; 0 if there is none."""
    first = next((i for i, y in enumerate(past) if y), len(past))
    squares = [(b - a) ** 2 for a, b in zip(past[first:], past[first + 1:])]
    return sum(squares) / len(squares) if squares else 0


def scores(series, horizon, predicted):
    smape, points, rmsse, scaled = 0.0, 0, 0.0, 0
    for key, rows in series.items():
        pairs = [(float(y), predicted[key][ds]) for ds, y in rows[-horizon:]]
        smape += sum(200 * abs(y - f) / (abs(y) + abs(f)) for y, f in pairs if y or f)
        points += len(pairs)
        unit = scale([float(y) for _, y in rows[:-horizon]])
        if unit:
            rmsse += math.sqrt(sum((y - f) ** 2 for y, f in pairs) / len(pairs) / unit)
            scaled += 1
    return {"smape": round(smape / points, 4), "rmsse": round(rmsse / scaled, 4)}


def main():
    action, path, horizon, other = sys.argv[1:]
    series = table(path)
    if action == "split":
        split(series, int(horizon), other)
        return
    for model, predicted in forecasts.read(other).items():
        print(json.dumps({"model": model, **scores(series, int(horizon), predicted)}))


if __name__ == "__main__":
    main()
