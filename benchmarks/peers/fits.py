"""Fixed-order SARIMA fits of the peers, and a state moved on by one observation.

    fits.py FOLDER      FOLDER holds the series of shared/golden/data; JSON on stdout

The cases are those of benchmarks/sarima_benchmark.cpp, by the same names. Seconds are CPU seconds of
one thread, the best of three where one takes less than a second. R (fits.R) is left out where it is
missing, and has "error" instead of figures where its optimiser stops."""

import json
import os
import subprocess
import sys
import time
import warnings

for library in ("OMP", "OPENBLAS", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"

import pandas as pd
from statsforecast.models import ARIMA
from statsmodels.tsa.statespace.sarimax import SARIMAX

import r_peer

warnings.simplefilter("ignore")  # statsmodels says that it starts from zeros

# name, file, column, observations, (p, d, q), (P, D, Q), s
CASES = [
    ("airpassengers_log", "airpassengers_log", "y", 144, (0, 1, 1), (0, 1, 1), 12),
    ("wineind", "wineind", "y", 176, (1, 1, 2), (0, 1, 1), 12),
    ("m4_h1", "m4_h1", "y", 700, (1, 0, 0), (0, 1, 1), 24),
    ("m4_h1_202_210", "m4_h1", "y", 700, (2, 0, 2), (2, 1, 0), 24),
    ("orders_2000_101_011", "galli_lines_2000", "y", 2000, (1, 0, 1), (0, 1, 1), 24),
    ("orders_2000_111_111", "galli_lines_2000", "y", 2000, (1, 1, 1), (1, 1, 1), 24),
    ("orders_8643_111_111", "galli_hourly", "lines", 8643, (1, 1, 1), (1, 1, 1), 24),
]


def timed(work):
    """(CPU seconds, result) of the quickest of up to three calls."""
    best = None
    for _ in range(3):
        start = time.process_time()
        result = work()
        spent = time.process_time() - start
        best = min(best or spent, spent)
        if spent > 1:
            break
    return best, result


def statsmodels_fit(y, order, seasonal, s):
    """Exact likelihood of the differenced series."""
    model = SARIMAX(y, order=order, seasonal_order=(*seasonal, s), simple_differencing=True)
    return timed(lambda: model.fit(disp=False))


def statsforecast_fit(y, order, seasonal, s):
    model = ARIMA(order=order, season_length=s, seasonal_order=seasonal)
    return timed(lambda: model.fit(y))


def r_fit(path, column, n, orders):
    """What stats::arima makes of the first n values: seconds and loglik, or why it stopped."""
    order, seasonal, s = orders
    script = os.path.join(os.path.dirname(__file__), "fits.R")
    numbers = [str(number) for number in (n, *order, *seasonal, s)]
    done = subprocess.run(["Rscript", script, path, column, *numbers], stdout=subprocess.PIPE,
                          text=True, check=True, env=r_peer.environment())
    return json.loads(done.stdout)


def updates(y, following, order, seasonal, s, params):
    """Seconds to take in one more observation with the parameters kept."""
    state = SARIMAX(y, order=order, seasonal_order=(*seasonal, s)).filter(params)
    return {"statsmodels append": timed(lambda: state.append([following], refit=False))[0],
            "statsmodels extend": timed(lambda: state.extend([following]))[0]}


def run(folder, with_r, name, file, column, n, *order):
    path = os.path.join(folder, f"{file}.csv")
    y = pd.read_csv(path)[column].to_numpy(float)
    print(f"fits: {name}", file=sys.stderr)
    exact_seconds, exact = statsmodels_fit(y[:n], *order)
    quick_seconds, quick = statsforecast_fit(y[:n], *order)
    result = {"name": name, "fits": [
        {"peer": "statsmodels exact", "seconds": exact_seconds, "loglik": float(exact.llf)},
        {"peer": "statsforecast", "seconds": quick_seconds,
         "loglik": float(quick.model_["loglik"])}]}
    if with_r:
        result["fits"].append(r_fit(path, column, n, order))
    if name == CASES[-1][0]:
        result["updates"] = updates(y[:n], y[n], *order, exact.params)
        result["updates"]["statsforecast refit"] = quick_seconds
    return result


if __name__ == "__main__":
    r_found = r_peer.found("stats")
    print(json.dumps([run(sys.argv[1], r_found, *case) for case in CASES], indent=1))
