#!/usr/bin/env python3
"""compare.py against the JSON contract of `forecart backtest --json` and `forecart ingest --json`."""

import contextlib
import io
import json
import tempfile
import unittest
from pathlib import Path

import compare


def peer(model, ours, protocol, fit_seconds):
    return {"model": model, "ours": ours, "protocol": protocol, "mae": 5.05, "mse": 41.9,
            "points": 192, "loglik": None, "fit_seconds": fit_seconds, "forecast_seconds": .5}


STUDY = {
    "data": {"n": 8763, "mean": 21.219902}, "seconds": {"read": .3, "clean": .2},
    "scores": [peer("statsmodels", "ARIMA", "B", 4.8), peer("PyTorch", "LSTM", "B", 30.0),
               peer("statsmodels", "ARIMA", "S", 4.0)],
    "versions": {"numpy": "2.4.6"},
}
BACKTEST = {
    "h": 24, "freq": "h", "n_windows": 8, "n_series": 1,
    "scores": [
        {"model": "ARIMA", "mae": 5.049, "mse": 41.92, "rmse": 6.47, "smape": 20.1, "mase": .986,
         "mase_season": 24, "rmsse": .9, "wape": .2, "bias": 0.1, "crps": .5,
         "coverage": {"80": .81}, "fit_seconds": .004, "forecast_seconds": .001},
        {"model": "LevelProfile", "mae": 4.77, "fit_seconds": 0, "forecast_seconds": 0},
    ],
}
COUNTS = {"rows_read": 186850, "rows_accepted": 185950, "rows_rejected": 900,
          "exact_duplicates": 264}


class Compare(unittest.TestCase):
    def setUp(self):
        self.folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.write("study.json", STUDY)
        self.write("ingest_peer.jsonl", COUNTS | {"seconds": .5})

    def write(self, name, value):
        (self.folder / name).write_text(json.dumps(value))

    def compare(self):
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            status = compare.main(self.folder)
        return status, output.getvalue()

    def test_peers_alone_are_shown_without_ratios(self):
        status, output = self.compare()
        self.assertEqual(status, 0)
        self.assertIn("| statsmodels | 5.050 | 4.8 | ARIMA | - | - | - | - |", output)

    def test_fit_time_stands_against_fit_time(self):
        self.write("forecart_B.json", BACKTEST)
        output = self.compare()[1]
        self.assertIn("| statsmodels | 5.050 | 4.8 | ARIMA | 5.049 | 0.004 | 1200x | 500x |", output)
        self.assertIn("| PyTorch | 5.050 | 30 | LSTM | - | - | - | - |", output)
        self.assertIn("| - | - | - | LevelProfile | 4.770 | 0 | - | - |", output)

    def test_ingest_is_compared_by_the_median(self):
        runs = [{"seconds": value, "result": COUNTS} for value in (9.0, .6, .7)]
        (self.folder / "ingest_ours.jsonl").write_text("\n".join(map(json.dumps, runs)))
        status, output = self.compare()
        self.assertEqual(status, 0)
        self.assertIn("| DuckDB script | 0.500 | 0.700 | 1.40 |", output)

    def test_different_counts_fail(self):
        self.write("ingest_ours.jsonl", {"seconds": .6, "result": COUNTS | {"rows_rejected": 899}})
        status, output = self.compare()
        self.assertEqual(status, 1)
        self.assertIn("DIFFERENT rows_rejected: 900 and ours 899", output)


if __name__ == "__main__":
    unittest.main()
