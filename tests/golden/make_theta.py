"""Makes theta.json: the theta methods of R and statsforecast on classic series.

    make_theta.py GOLDEN      GOLDEN holds theta.json (R) and data/NAME.csv; needs statsforecast

The part "r" is copied from GOLDEN/theta.json: forecast::thetaf of R 4.2.2, forecast 8.20. The part
"statsforecast" holds parameters and forecasts of its four methods, the season taken off by its own
test and multiplicative classical decomposition. Tolerances stand in the test that reads it."""

import json
import sys
from pathlib import Path

import numpy as np
import statsforecast
from statsforecast.models import (DynamicOptimizedTheta, DynamicTheta, OptimizedTheta, Theta)

NAMES = {"STM": Theta, "OTM": OptimizedTheta, "DSTM": DynamicTheta, "DOTM": DynamicOptimizedTheta}


def column(path):
    return [float(row) for row in path.read_text().split("\n")[1:] if row]


def fitted(name, y, period):
    model = NAMES[name](season_length=period).fit(np.array(y))
    par = model.model_["par"]
    return {"method": name, "level": float(par["initial_smoothed"]), "alpha": float(par["alpha"]),
            "theta": float(par["theta"]), "mean": model.predict(24)["mean"].tolist()}


def main(golden):
    cases = json.loads((golden / "theta.json").read_text())
    result = {"origin": __doc__, "statsforecast_version": statsforecast.__version__, "cases": []}
    for case in cases:
        y = column(golden / case["data"])
        keep = {key: case[key] for key in ("id", "period", "alpha", "drift", "sigma2",
                                           "seasonal_adjusted", "mean", "lo95", "hi95")}
        own = [fitted(name, y, case["period"]) for name in NAMES]
        result["cases"].append({"y": y, "r": keep, "statsforecast": own})
    print(json.dumps(result, separators=(",", ":")))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
