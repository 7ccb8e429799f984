"""The study's way on the real orders: pandas cleans, statsmodels fits the SARIMA, PyTorch the LSTM.

    study.py [--quick] FOLDER      FOLDER holds the twelve monthly files; JSON on stdout

Protocols on the hourly count of order lines:
  A  the last 120 h of the series as it stands
  B  8 origins x 24 h, 24-31 December 2019: parameters fixed before the first, state moved on
  S  the first 80 % fitted once, then one step ahead over the last 20 % with true lags
Seconds are CPU seconds of one thread. --quick leaves out the slow call of the study."""

import argparse
import glob
import json
import os
import sys
import time

for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"

import numpy as np
import pandas as pd
import scipy
import statsforecast
import statsmodels
import torch
from statsforecast.models import ARIMA
from statsmodels.tsa.statespace.sarimax import SARIMAX

from lstm import StudyLstm

COLUMNS = ["Order ID", "Product", "Quantity Ordered", "Price Each", "Order Date",
           "Purchase Address"]
ORDER = {"order": (1, 1, 1), "seasonal_order": (1, 1, 1, 24)}


class Clock:
    """Adds up CPU seconds by name: `with clock("fit"): ...`."""

    def __init__(self):
        self.seconds = {}

    def __call__(self, name):
        self.name = name
        return self

    def __enter__(self):
        self.start = time.process_time()

    def __exit__(self, *_):
        spent = time.process_time() - self.start
        self.seconds[self.name] = self.seconds.get(self.name, 0.0) + spent


def read(folder):
    files = sorted(glob.glob(os.path.join(folder, "*.csv")))
    return pd.concat([pd.read_csv(file, dtype=str) for file in files], ignore_index=True)


def hourly_lines(raw):
    """Order lines per hour, empty hours as 0; blank rows and repeated headers are dropped."""
    rows = raw.dropna(how="all")
    rows = rows[rows["Order Date"] != "Order Date"]
    hours = pd.to_datetime(rows["Order Date"], format="%m/%d/%y %H:%M").dt.floor("h")
    return hours.value_counts().sort_index().asfreq("h", fill_value=0).astype(float)


class Sarima:
    """SARIMA(1,1,1)(1,1,1)24 of statsmodels. Either the exact likelihood of the differenced series,
    or the study's call, which lets go of stationarity and differences inside the state."""

    def __init__(self, exact):
        self.name = "SARIMA statsmodels exact" if exact else "SARIMA statsmodels as in the study"
        self.ours = "ARIMA"
        self.options = {"simple_differencing": True} if exact else {
            "enforce_stationarity": False, "enforce_invertibility": False}
        self.exact = exact

    def fit(self, y):
        self.fitted = SARIMAX(y, **ORDER, **self.options).fit(disp=False)
        self.loglik = float(self.fitted.llf)

    def filtered(self, y):
        """The state after y; forecasts need the undifferenced form of the model."""
        options = {} if self.exact else self.options
        return SARIMAX(y, **ORDER, **options).filter(self.fitted.params)

    def paths(self, y, origins, h):
        state = self.filtered(y[:origins[0]])
        for here, following in zip(origins, [*origins[1:], None]):
            yield state.forecast(h)
            if following:
                state = state.append(y[here:following], refit=False)

    def one_step(self, y, start):
        return self.filtered(y).fittedvalues[start:]


class FixedArima:
    """The same order in statsforecast, whose core is C++."""

    name, ours = "SARIMA statsforecast", "ARIMA"

    def fit(self, y):
        self.model = ARIMA(order=(1, 1, 1), season_length=24, seasonal_order=(1, 1, 1)).fit(y)
        self.loglik = float(self.model.model_["loglik"])

    def paths(self, y, origins, h):
        for origin in origins:
            yield self.model.forward(y[:origin], h)["mean"]

    one_step = None


class SeasonalNaive:
    name, ours, loglik = "seasonal naive 24 (numpy)", "SeasonalNaive", None

    def fit(self, y):
        pass

    def paths(self, y, origins, h):
        for origin in origins:
            yield np.resize(y[origin - 24:origin], h)

    def one_step(self, y, start):
        return y[start - 24:-24]


def score(model, protocol, actual, forecast, clock):
    error = np.asarray(actual) - np.asarray(forecast)
    return {
        "model": model.name, "ours": model.ours, "protocol": protocol,
        "mae": float(np.abs(error).mean()), "mse": float((error ** 2).mean()),
        "points": int(error.size), "loglik": model.loglik,
        "epochs": getattr(model, "epochs", None),
        "fit_seconds": clock.seconds["fit"], "forecast_seconds": clock.seconds["forecast"],
    }


def run_paths(model, protocol, y, origins, h):
    clock = Clock()
    with clock("fit"):
        model.fit(y[:origins[0]])
    with clock("forecast"):
        paths = [np.asarray(path) for path in model.paths(y, origins, h)]
    actual = [y[origin:origin + h] for origin in origins]
    return score(model, protocol, actual, paths, clock)


def run_one_step(model, y, start):
    clock = Clock()
    with clock("fit"):
        model.fit(y[:start])
    with clock("forecast"):
        forecast = model.one_step(y, start)
    return score(model, "S", y[start:], forecast, clock)


def run_model(model, series):
    y = series.to_numpy()
    first = int((series.index < "2019-12-24").sum())
    yield run_paths(model, "A", y, [y.size - 120], 120)
    yield run_paths(model, "B", y, [first + 24 * i for i in range(8)], 24)
    if model.one_step:
        yield run_one_step(model, y, int(.8 * y.size))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("folder")
    options = parser.parse_args()
    torch.set_num_threads(1)
    clock = Clock()
    with clock("read"):
        raw = read(options.folder)
    with clock("clean"):
        series = hourly_lines(raw)
    if list(raw.columns) != COLUMNS or series.size != 8763 or abs(series.mean() - 21.219902) > 1e-6:
        sys.exit(f"study: {options.folder} is not the known data: n {series.size}, "
                 f"mean {series.mean():.6f} instead of 8763 and 21.219902")
    models = [SeasonalNaive(), FixedArima(), Sarima(exact=True), StudyLstm(seed=1)]
    if not options.quick:
        models.append(Sarima(exact=False))
    scores = []
    for model in models:
        print(f"study: {model.name}", file=sys.stderr)
        scores += run_model(model, series)
    print(json.dumps({
        "data": {"n": series.size, "mean": series.mean()}, "seconds": clock.seconds,
        "scores": scores, "versions": {module.__name__: module.__version__ for module in
                                       (np, pd, scipy, statsforecast, statsmodels, torch)}}, indent=1))


if __name__ == "__main__":
    main()
