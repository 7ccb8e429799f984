"""AutoARIMA of statsforecast with its defaults on every series of a long table (unique_id,ds,y).

    auto_arima_statsforecast.py TABLE SEASON HORIZON      a JSON object per series on stdout

Seconds are CPU seconds of the fit alone, the best of three where one takes less than a second. A
series that AutoARIMA cannot do has "error" instead."""

import json
import sys
import time
import warnings

import numpy as np
import pandas as pd
import statsforecast
from statsforecast.models import AutoARIMA

warnings.simplefilter("ignore")


def timed_fit(model, y):
    """CPU seconds of the quickest of up to three fits."""
    best = None
    for _ in range(3):
        start = time.process_time()
        model.fit(y)
        spent = time.process_time() - start
        best = min(best or spent, spent)
        if spent > 1:
            break
    return best


def result(y, season, horizon):
    model = AutoARIMA(season_length=season)
    try:
        seconds = timed_fit(model, y)
        mean = np.asarray(model.predict(horizon)["mean"])
    except Exception as error:  # whatever stops a peer is its answer for that series
        return {"error": f"{type(error).__name__}: {error}"}
    if not np.isfinite(mean).all():
        return {"error": "the forecast is not finite"}
    return {"model": str(model.model_["arma"]), "fit_seconds": seconds, "forecast": mean.tolist()}


def main(path, season, horizon):
    table = pd.read_csv(path)
    peer = {"peer": f"statsforecast {statsforecast.__version__}"}
    result(table["y"].to_numpy(float)[:60], season, horizon)  # what loads lazily is loaded now
    for unique_id, rows in table.groupby("unique_id", sort=False):
        done = result(rows["y"].to_numpy(float), season, horizon)
        print(json.dumps(peer | {"unique_id": unique_id} | done), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
