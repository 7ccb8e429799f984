#!/usr/bin/env python3
"""auto_arima.py around the fits: which series it takes, and on which both sides are scored."""

import contextlib
import io
import subprocess
import tempfile
import unittest
from pathlib import Path

import auto_arima


def fit(seconds, forecast):
    return {"fit_seconds": seconds, "forecast": forecast}


# Both series step by 1, so that a MASE is a mean absolute error.
TRAIN = {"W1": [1.0, 2.0, 3.0], "W51": [7.0, 6.0, 5.0]}
TEST = {"W1": [4.0, 5.0], "W51": [4.0, 3.0]}
NAIVE2 = {"W1": [3.0, 3.0], "W51": [5.0, 5.0]}
OWN = {"W1": fit(.25, [4.0, 5.0]), "W51": fit(.75, [4.0, 5.0])}

OFFICIAL = auto_arima.Official(TRAIN, TEST, NAIVE2, 1)


def peer_line(unique_id, result):
    return {"peer": "statsforecast 2.1.1", "unique_id": unique_id} | result


def compare(*lines):
    with contextlib.redirect_stderr(io.StringIO()) as said:
        return auto_arima.compare(lines, OWN, OFFICIAL), said.getvalue()


class AutoArima(unittest.TestCase):
    def test_both_sides_are_scored_by_the_rules_of_m4(self):
        result, _ = compare(peer_line("W1", fit(1, NAIVE2["W1"])),
                            peer_line("W51", fit(3, NAIVE2["W51"])))
        self.assertEqual(result["solved"], 2)
        self.assertEqual(result["theirs"]["seconds"], 2)
        self.assertAlmostEqual(result["theirs"]["owa"], 1)   # it forecast like Naive2
        self.assertAlmostEqual(result["theirs"]["mase"], 1.5)
        self.assertEqual(result["ours"]["seconds"], .5)
        self.assertAlmostEqual(result["ours"]["mase"], .5)   # one of four errors is 2, none else
        self.assertAlmostEqual(result["ours"]["smape"], 200 * 2 / 8 / 4)

    def test_a_series_that_the_peer_fails_counts_on_neither_side(self):
        result, said = compare(peer_line("W1", fit(1, [3.0, 3.0])),
                               peer_line("W51", {"error": "ValueError: no"}))
        self.assertEqual(result["solved"], 1)
        self.assertEqual(result["ours"]["mase"], 0)
        self.assertEqual(result["ours"]["seconds"], .25)
        self.assertIn("statsforecast 2.1.1 fails on W51: ValueError: no", said)

    def test_a_peer_that_fails_everywhere_is_named(self):
        result, _ = compare(peer_line("W1", {"error": "no"}))
        self.assertEqual(result, {"peer": "statsforecast 2.1.1", "solved": 0})

    def test_the_sample_is_every_fiftieth_hourly_series(self):
        with tempfile.TemporaryDirectory() as shared:
            (Path(shared) / "data/long").mkdir(parents=True)
            for part, y in (("train", "5"), ("test", "6.50")):
                rows = "".join(f"H{i},1950-01-02,{y}\n" for i in (1, 2, 50, 51, 100, 101))
                subprocess.run(
                    ["zstd", "-q", "-o", f"{shared}/data/long/m4_hourly_{part}.csv.zst"],
                    input=f"unique_id,ds,y\n{rows}", text=True, check=True)
            train, test = auto_arima.sample(Path(shared), "Hourly")
        self.assertEqual(list(train), ["H1", "H51", "H101"])
        self.assertEqual(test["H51"], [{"unique_id": "H51", "ds": "1950-01-02", "y": "6.50"}])


if __name__ == "__main__":
    unittest.main()
