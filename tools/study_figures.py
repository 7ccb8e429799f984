#!/usr/bin/env python3
"""The acceptance figures of the study, measured with the program on the real orders.

    study_figures.py FORECART FOLDER      FOLDER holds the twelve files; exit 1 if a bound is missed

Protocol B: 8 origins x 24 h, 24-31 December 2019. Protocol S: fitted once on the first 80 %, then one
step ahead over the last 1753 hours. Below 4.70 on B would be leakage, not skill."""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COUNTS = {"rows_read": 186850, "rows_accepted": 185950, "rows_rejected": 900,
          "rejected blank": 545, "rejected repeated_header": 355, "exact_duplicates": 264,
          "first": "2019-01-01 03:07:00", "last": "2020-01-01 05:13:00"}
REVENUE = 34492035.97
B = ["--until", "2019-12-31T23:00", "--h", "24", "--n-windows", "8", "--step-size", "24"]
S = ["--h", "1", "--n-windows", "1753", "--step-size", "1"]
ARIMA = ["--model", "ARIMA", "--order", "1,1,1", "--seasonal-order", "1,1,1,24"]
SEEDS = range(1, 6)
LEAKAGE = 4.70
ENSEMBLE_SLACK = 1.02
RUN_SECONDS = 20


class Figures:
    """Rows of the table: figure, measured, bound, verdict."""

    def __init__(self):
        self.rows, self.missed = [], 0

    def add(self, name, measured, bound, held):
        self.missed += not held
        self.rows.append((name, measured, bound, "held" if held else "MISSED"))

    def at_most(self, name, value, bound, floor=None):
        text = f"<= {bound:.4g}" + (f", >= {floor:.2f}" if floor else "")
        self.add(name, f"{value:.3f}", text, value <= bound and (floor is None or value >= floor))

    def equal(self, name, value, wanted):
        self.add(name, str(value), f"= {wanted}", value == wanted)

    def table(self):
        rows = [("figure", "measured", "bound", "verdict"), ("---",) * 4, *self.rows]
        return "\n".join("| " + " | ".join(row) + " |" for row in rows)


class Program:
    def __init__(self, path, folder):
        self.path = path
        self.files = sorted(str(file) for file in Path(folder).glob("*.csv"))

    def json(self, *arguments):
        answer = subprocess.run([self.path, *arguments, "--json"], check=True,
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        return json.loads(answer.stdout)

    def mae(self, *arguments):
        """MAE by model of a backtest on the hourly count of order lines."""
        scores = self.json("backtest", *self.files, "--orders", "--time-column", "Order Date",
                           "--measure", "lines", "--keep-partial", "--freq", "h", *arguments)
        return {score["model"]: score["mae"] for score in scores["scores"]}


def check_ingest(program, repository, figures):
    counts = program.json("ingest", *program.files, "--repository", repository, "--dataset", "orders")
    for reason, rows in counts["rejected_by_reason"].items():
        counts[f"rejected {reason}"] = rows
    for name, wanted in COUNTS.items():
        figures.equal(name, counts.get(name), wanted)
    figures.add("revenue", f"{counts['revenue']:.2f}", f"= {REVENUE}",
                abs(counts["revenue"] - REVENUE) < 0.005)


def check_run(program, repository, figures):
    start = time.monotonic()
    run = program.json("run", "--repository", repository, "--dataset", "orders")
    figures.at_most("seconds of run, start included", time.monotonic() - start, RUN_SECONDS)
    figures.equal("run published", run["published"], True)


def check_ensemble(seed, mae, figures):
    better = min(mae["ARIMA"], mae["LSTM"])
    figures.at_most(f"B MAE Ensemble, seed {seed}", mae["Ensemble"], ENSEMBLE_SLACK * better, LEAKAGE)


def check_protocols(program, figures):
    fixed = program.mae(*B, *ARIMA, "--model", "LevelProfile")
    figures.at_most("B MAE ARIMA(1,1,1)(1,1,1)24", fixed["ARIMA"], 5.06, LEAKAGE)
    figures.at_most("B MAE LevelProfile", fixed["LevelProfile"], 4.80, LEAKAGE)
    root = program.mae(*B, *ARIMA, "--transform", "sqrt")
    figures.at_most("B MAE ARIMA on sqrt", root["ARIMA"], 4.92, LEAKAGE)
    for seed in SEEDS:
        mae = program.mae(*B, *ARIMA, "--model", "LSTM", "--model", "Ensemble", "--seed", str(seed))
        figures.at_most(f"B MAE LSTM, seed {seed}", mae["LSTM"], 5.00, LEAKAGE)
        check_ensemble(seed, mae, figures)
    for seed in SEEDS:
        mae = program.mae(*S, "--model", "LSTM", "--seed", str(seed))
        figures.at_most(f"S MAE LSTM, seed {seed}", mae["LSTM"], 4.45)


def main(forecart, folder):
    program = Program(forecart, folder)
    if not program.files:
        sys.exit(f"study: no order files in {folder} (set FORECART_SHARED)")
    figures = Figures()
    with tempfile.TemporaryDirectory() as root:
        check_ingest(program, f"{root}/shop", figures)
        check_run(program, f"{root}/shop", figures)
    check_protocols(program, figures)
    print(figures.table())
    print(f"\n{len(figures.rows) - figures.missed} of {len(figures.rows)} figures held.")
    return 1 if figures.missed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
