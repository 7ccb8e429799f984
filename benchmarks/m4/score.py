#!/usr/bin/env python3
"""Scores forecasts of the M4 hourly or weekly series as the competition did.

  score.py GROUP FORECASTS.csv SHARED      GROUP: Hourly or Weekly
  score.py GROUP --benchmarks SHARED

FORECASTS has unique_id, ds and one column per model; SHARED holds m4/ with the official files.
Prints sMAPE (0..200), MASE (season 24 hourly, 1 weekly) and OWA against the official Naive2, one
row per model [Makridakis, Spiliotis & Assimakopoulos 2020, section 2.2], as JSON lines.
--benchmarks scores the official forecasts of Naive, sNaive, Naive2 and SES beside what the
competition published of them.
"""
import csv
import json
import subprocess
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1]))
import forecasts

SEASON = {"Hourly": 24, "Weekly": 1}
BENCHMARKS = ("Naive", "sNaive", "Naive2", "SES")


def rows(shared, name):
    """Rows of an official file."""
    text = subprocess.run(["zstd", "-dc", f"{shared}/m4/{name}.csv.zst"], capture_output=True, text=True,
                          check=True).stdout
    return list(csv.reader(text.splitlines()))


def official(shared, name):
    """Rows of an official wide file: id -> numbers."""
    return {row[0]: [float(cell) for cell in row[1:] if cell not in ("", "NA")]
            for row in rows(shared, name)[1:]}


def published(shared, group):
    """method -> sMAPE, MASE and OWA of the official table, whose columns are the three metrics of six
    frequencies and their total."""
    table = rows(shared, "M4-ranks-point-by-frequency")
    columns = [i for i, name in enumerate(table[1]) if name == group]
    return {row[0]: [float(row[i]) for i in columns] for row in table[2:] if row[0] in BENCHMARKS}


def published_msis(shared, group):
    """MSIS of the 95 % intervals of Naive in the official table."""
    table = rows(shared, "M4-ranks-intervals-by-frequency")
    return float(table[2][table[1].index(group)])


def scale(past, season):
    """Mean absolute difference over a season, in the training part."""
    return sum(abs(a - b) for a, b in zip(past[season:], past)) / (len(past) - season)


def scores(predicted, actual, train, season):
    """Mean sMAPE and MASE over the series."""
    if predicted.keys() != actual.keys():
        sys.exit(f"score: {len(predicted)} series are forecast, {len(actual)} are to be scored")
    smape = mase = 0.0
    for key, future in actual.items():
        ours = predicted[key]
        if len(ours) != len(future):
            sys.exit(f"score: '{key}' has {len(ours)} forecasts for {len(future)} values")
        errors = [abs(a - b) for a, b in zip(future, ours)]
        smape += sum(200 * e / (abs(a) + abs(b)) if e else 0
                     for e, a, b in zip(errors, future, ours)) / len(future)
        mase += sum(errors) / len(future) / scale(train[key], season)
    return smape / len(actual), mase / len(actual)


def overall(own, naive2):
    """OWA of (sMAPE, MASE) beside that of Naive2."""
    return (own[0] / naive2[0] + own[1] / naive2[1]) / 2


class Judge:
    """The official values of a group, and Naive2's scores on them."""

    def __init__(self, shared, group):
        self.group = group
        self.season = SEASON[group]
        self.train = official(shared, f"{group}-train")
        self.actual = official(shared, f"{group}-test")
        self.naive2 = self.smape_and_mase(official(shared, f"forecast-Naive2-{group}"))

    def smape_and_mase(self, predicted):
        return scores(predicted, self.actual, self.train, self.season)

    def owa(self, own):
        return overall(own, self.naive2)

    def line(self, predicted):
        own = self.smape_and_mase(predicted)
        return {"smape": round(own[0], 3), "mase": round(own[1], 3), "owa": round(self.owa(own), 4)}


def main():
    group, path, shared = sys.argv[1:]
    judge = Judge(shared, group)
    if path == "--benchmarks":
        table = published(shared, group)
        for method in BENCHMARKS:
            line = judge.line(official(shared, f"forecast-{method}-{group}"))
            print(json.dumps({"group": group, "model": method} | line | {"published": table[method]}))
        return
    for model, series in forecasts.read(path).items():
        predicted = {key: list(means.values()) for key, means in series.items()}
        print(json.dumps({"group": group, "model": model} | judge.line(predicted)))


if __name__ == "__main__":
    main()
