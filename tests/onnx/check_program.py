#!/usr/bin/env python3
"""Exports networks with the program, from files and from a repository, and compares what onnxruntime
makes of them with what `forecart forecast` writes.

    check_program.py FORECART"""
import csv
import datetime
import math
import random
import subprocess
import sys
import tempfile
from pathlib import Path

import peer

LEVELS = {"0.025": "lo-95", "0.1": "lo-80", "0.9": "hi-80", "0.975": "hi-95"}


def hours(days):
    start = datetime.datetime(2024, 1, 1)
    return [start + datetime.timedelta(hours=hour) for hour in range(24 * days)]


def write_series(path):
    """Four series of hours with a day in them, of very different sizes."""
    random.seed(11)
    with open(path, "w", encoding="utf-8") as file:
        file.write("unique_id,ds,y\n")
        for number in range(4):
            for hour, ds in enumerate(hours(30)):
                wave = 1.5 + math.sin(2 * math.pi * hour / 24)
                y = 30 ** number * wave * math.exp(random.gauss(0, .1))
                file.write(f"s{number},{ds},{y:.6g}\n")


def write_orders(path):
    """Orders of a shop, busier by day than by night."""
    random.seed(12)
    with open(path, "w", encoding="utf-8") as file:
        file.write("Order ID,Product,Quantity Ordered,Price Each,Order Date\n")
        order = 0
        for ds in hours(60):
            for _ in range(int(random.random() * (8 + 6 * math.sin(2 * math.pi * ds.hour / 24)))):
                order += 1
                minute = ds + datetime.timedelta(minutes=random.randrange(60))
                file.write(f"{order},Cable,1,9.95,{minute:%Y-%m-%d %H:%M}\n")


DAYS, HORIZON = 760, 7  # two years and a little


def write_days(path):
    """Two series of more than two years of days, that follow the season, the week and an offer; and
    the offers and prices of each, known ahead. Gives what windows.Beside reads."""
    random.seed(13)
    start = datetime.date(2023, 1, 1)
    beside = {}
    with open(path / "days.csv", "w", encoding="utf-8") as sales, \
            open(path / "offers.csv", "w", encoding="utf-8") as offers:
        sales.write("unique_id,ds,y\n")
        offers.write("unique_id,ds,offer,price\n")
        for name in ("cable", "lamp"):
            rows = []
            for day in range(DAYS + HORIZON):
                offer, price = int(random.random() < .15), round(4 + random.random(), 2)
                rows.append([offer, price])
                ds = start + datetime.timedelta(days=day)
                offers.write(f"{name},{ds},{offer},{price}\n")
                if day < DAYS:
                    wave = 1.5 + math.sin(2 * math.pi * day / 365.25) + .3 * (day % 7 == 3)
                    y = 20 * wave * (1 + offer) * math.exp(random.gauss(0, .1))
                    sales.write(f"{name},{ds},{y:.6g}\n")
            first = (start - datetime.date(1970, 1, 1)).days
            beside[name] = {"first": first, "rows": rows, "cells": {}}
    return beside


class Program:
    def __init__(self, path, folder):
        self.path, self.folder, self.worst = path, folder, {}

    def run(self, *arguments):
        result = subprocess.run([self.path, *arguments], cwd=self.folder, capture_output=True,
                                text=True, check=False)
        assert result.returncode == 0, f"{arguments}: {result.stderr}"

    def check(self, name, model, source, beside=None):
        """The export agrees with its example, and the example with the program's own forecast."""
        files = [f"{name}.onnx", f"{name}.json", f"{name}.csv"]
        self.run("export", *source, "--model", model, "-o", files[0], "--example", files[1])
        self.run("forecast", *source, "--model", model, "-o", files[2])
        worst = peer.check_export(self.folder / files[0], self.folder / files[1], beside)
        worst["forecast"] = self.against_forecast(*(self.folder / file for file in files), model)
        self.worst[name] = worst

    @staticmethod
    def against_forecast(onnx, example, table, model):
        told = peer.read_json(example)
        with open(table, encoding="utf-8") as file:
            rows = {(row["unique_id"], row["ds"]): row for row in csv.DictReader(file)}
        assert len(rows) == sum(len(one["ds"]) for one in told["series"])
        outputs = peer.run(peer.session(str(onnx)), told["series"])
        columns = {model: outputs["point"]}
        for i, probability in enumerate(told["probabilities"]):
            if str(probability) in LEVELS and "quantiles" in outputs:
                columns[f"{model}-{LEVELS[str(probability)]}"] = outputs["quantiles"][:, :, i]
        return max(peer.distance(column[i], [float(rows[one["unique_id"], ds][name])
                                             for ds in one["ds"]])
                   for name, column in columns.items() for i, one in enumerate(told["series"]))


def main():
    peer.enter()
    with tempfile.TemporaryDirectory(prefix="forecart-onnx-") as name:
        folder = Path(name)
        program = Program(sys.argv[1], folder)
        write_series(folder / "series.csv")
        source = ["series.csv", "--h", "24", "--freq", "h", "--progress", "never"]
        program.check("lstm", "LSTM", source)
        program.check("mlp", "MLP", source)
        beside = write_days(folder)
        source = ["days.csv", "--h", str(HORIZON), "--freq", "D", "--training-steps", "100",
                  "--progress", "never"]
        program.check("year", "LSTM", source)
        program.check("year_mlp", "MLP", source)
        source += ["--regressors", "offers.csv"]
        program.check("beside", "LSTM", source, beside)
        program.check("beside_mlp", "MLP", source, beside)
        for name in ("year", "beside"):
            assert peer.read_json(folder / f"{name}.json")["plan"]["year"] > 365, "no year is read"
        write_orders(folder / "orders.csv")
        program.run("ingest", "orders.csv", "--repository", "shop", "--dataset", "orders")
        program.run("run", "--repository", "shop", "--dataset", "orders", "--model", "LSTM",
                    "--n-windows", "1", "--progress", "never")
        program.check("saved", "LSTM", ["--repository", "shop", "--dataset", "orders"])
    for name, worst in program.worst.items():
        print(name, " ".join(f"{output}: {value:.1e}" for output, value in worst.items()))
    fine = all(v <= peer.TOLERANCE for worst in program.worst.values() for v in worst.values())
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
