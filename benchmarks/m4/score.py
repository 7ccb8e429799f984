#!/usr/bin/env python3
"""Scores forecasts of the M4 hourly or weekly series as the competition did.

  score.py GROUP FORECASTS.csv SHARED      GROUP: Hourly or Weekly

FORECASTS has unique_id, ds and one column per model; SHARED holds m4/ with the official files.
Prints sMAPE (0..200), MASE (season 24 hourly, 1 weekly) and OWA against the official Naive2, one
row per model [Makridakis, Spiliotis & Assimakopoulos 2020, section 2.2], as JSON lines.
"""
import csv
import json
import subprocess
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))
import forecasts

SEASON = {"Hourly": 24, "Weekly": 1}


def official(shared, name):
    """Rows of an official wide file: id -> numbers."""
    text = subprocess.run(["zstd", "-dc", f"{shared}/m4/{name}.csv.zst"], capture_output=True, text=True,
                          check=True).stdout
    rows = list(csv.reader(text.splitlines()))[1:]
    return {row[0]: [float(cell) for cell in row[1:] if cell not in ("", "NA")] for row in rows}


def scores(predicted, actual, train, season):
    """Mean sMAPE and MASE over the series."""
    if predicted.keys() != actual.keys():
        sys.exit(f"score: {len(predicted)} series are forecast, {len(actual)} are to be scored")
    smape = mase = 0.0
    for key, future in actual.items():
        ours = predicted[key]
        if len(ours) != len(future):
            sys.exit(f"score: '{key}' has {len(ours)} forecasts for {len(future)} values")
        past = train[key]
        scale = sum(abs(a - b) for a, b in zip(past[season:], past)) / (len(past) - season)
        errors = [abs(a - b) for a, b in zip(future, ours)]
        smape += sum(200 * e / (abs(a) + abs(b)) if e else 0
                     for e, a, b in zip(errors, future, ours)) / len(future)
        mase += sum(errors) / len(future) / scale
    return smape / len(actual), mase / len(actual)


def main():
    group, path, shared = sys.argv[1:]
    season = SEASON[group]
    train = official(shared, f"{group}-train")
    actual = official(shared, f"{group}-test")
    naive2 = scores(official(shared, f"forecast-Naive2-{group}"), actual, train, season)
    for model, series in forecasts.read(path).items():
        predicted = {key: list(means.values()) for key, means in series.items()}
        smape, mase = scores(predicted, actual, train, season)
        owa = (smape / naive2[0] + mase / naive2[1]) / 2
        print(json.dumps({"group": group, "model": model, "smape": round(smape, 3), "mase": round(mase, 3),
                          "owa": round(owa, 4)}))


if __name__ == "__main__":
    main()
