#!/usr/bin/env python3
"""compare.py against the JSON contracts of forecart, Google Benchmark and the peers' scripts."""

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
        self.write("ingest_peer.jsonl", COUNTS | {"seconds": .5, "whole_seconds": .8})

    def write(self, name, value):
        (self.folder / name).write_text(json.dumps(value))

    def write_lines(self, name, values):
        (self.folder / name).write_text("\n".join(map(json.dumps, values)))

    def compare(self):
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            status = compare.main(self.folder)
        return status, output.getvalue()

    def write_ets(self, own_aicc):
        fits = [{"peer": "statsforecast 2", "model": "ETS(A,N,A)", "seconds": .5, "aicc": 9662.4},
                {"peer": "R 4", "model": "ETS(M,Ad,M)", "seconds": 2.0, "aicc": 8120.3}]
        self.write("ets.json", [{"name": "m4_h1", "fits": fits}])
        self.write("smoothing.json", {"benchmarks": [
            {"name": "auto_ets/m4_h1", "cpu_time": 25.0, "time_unit": "ms", "aicc": own_aicc}]})

    def test_auto_ets_is_compared_by_time_and_aicc(self):
        self.write_ets(8030.5)
        status, output = self.compare()
        self.assertEqual(status, 0)
        self.assertIn("| m4_h1 | R 4 | ETS(M,Ad,M) | 2.000 | 8120.30 | 0.0250 | 8030.50 | 80x |",
                      output)
        self.assertIn("| all | statsforecast 2 | goal 10x, met: yes | 0.500 | - | 0.0250 | - | 20x |",
                      output)

    def test_a_worse_aicc_of_auto_ets_fails(self):
        self.write_ets(8120.4)
        status, output = self.compare()
        self.assertEqual(status, 1)
        self.assertIn("WORSE OPTIMUM m4_h1", output)

    def test_peers_alone_are_shown_without_ratios(self):
        status, output = self.compare()
        self.assertEqual(status, 0)
        self.assertIn("| statsmodels | 5.050 | 4.8 | ARIMA | - | - | - | - |", output)

    def test_fit_time_stands_against_fit_time(self):
        self.write("forecart_B.jsonl", BACKTEST)
        output = self.compare()[1]
        self.assertIn("| statsmodels | 5.050 | 4.8 | ARIMA | 5.049 | 0.004 | 1200x | 500x |", output)
        self.assertIn("| PyTorch | 5.050 | 30 | LSTM | - | - | - | - |", output)
        self.assertIn("| - | - | - | LevelProfile | 4.770 | 0 | - | - |", output)

    def test_of_repeated_runs_the_quickest_counts(self):
        slow = json.loads(json.dumps(BACKTEST))
        slow["scores"][0] |= {"fit_seconds": .05, "forecast_seconds": .0005}
        self.write_lines("forecart_B.jsonl", [slow, BACKTEST])
        self.assertIn("| ARIMA | 5.049 | 0.004 | 1200x | 1000x |", self.compare()[1])

    def test_ingest_is_compared_by_the_median(self):
        self.write_lines("ingest_ours.jsonl", [
            COUNTS | {"seconds": value, "whole_seconds": value + 1} for value in (9.0, .6, .7)])
        status, output = self.compare()
        self.assertEqual(status, 0)
        self.assertIn("| inside | 0.500 | 0.700 | 1.40 | 1.5 | yes |", output)
        self.assertIn("| whole process | 0.800 | 1.700 | 2.12 | 1.5 | no |", output)
        self.assertIn("Goals met: 1 of 2. Missed: ingest whole process.", output)

    def test_different_counts_fail(self):
        self.write("ingest_ours.jsonl",
                   COUNTS | {"seconds": .6, "whole_seconds": .6, "rows_rejected": 899})
        status, output = self.compare()
        self.assertEqual(status, 1)
        self.assertIn("DIFFERENT rows_rejected: 900 and ours 899", output)

    def write_fits(self, ours, exact_seconds=4.8):
        self.write("fits.json", [{
            "name": "orders_8643_111_111", "updates": {"statsmodels append": 2.0},
            "fits": [{"peer": "statsmodels exact", "seconds": exact_seconds, "loglik": -26373.03},
                     {"peer": "statsforecast", "seconds": .3, "loglik": -26379.59}]}])
        self.write("sarima.json", {"benchmarks": [
            {"name": "fit/orders_8643_111_111", "cpu_time": 5.0, "time_unit": "ms", "loglik": ours},
            {"name": "update/orders_8643_111_111", "cpu_time": .05, "time_unit": "us"}]})

    def test_a_fit_races_the_quickest_peer_at_its_optimum(self):
        self.write_fits(-26373.03)
        status, output = self.compare()
        self.assertEqual(status, 0)
        self.assertIn("| 0.005 | -26373.030 | 960x | 800x | yes |", output)
        self.assertIn("| 0.005 | -26373.030 | 60x | - | - |", output)
        self.assertIn("| statsmodels append | 2 | 5e-08 | 40000000x | 1000x | yes |", output)
        self.write_fits(-26373.03, exact_seconds=3.0)
        self.assertIn("Missed: fit of orders_8643_111_111.", self.compare()[1])

    def test_a_peer_whose_fit_fails_is_no_rival(self):
        self.write_fits(-26373.03)
        cases = json.loads((self.folder / "fits.json").read_text())
        cases[0]["fits"].append({"peer": "R 4.2.2 arima", "error": "not finite"})
        self.write("fits.json", cases)
        status, output = self.compare()
        self.assertEqual(status, 0)
        self.assertIn("| R 4.2.2 arima | fails | - | 0.005 | -26373.030 | - | - | - |", output)
        self.assertIn("| 960x | 800x | yes |", output)

    def test_a_worse_optimum_fails(self):
        self.write_fits(-26375.0)
        status, output = self.compare()
        self.assertEqual(status, 1)
        self.assertIn("WORSE OPTIMUM orders_8643_111_111: -26375.000 and a peer -26373.030", output)

    def test_networks_have_goals_beside_some_peers_and_the_core(self):
        self.write("lstm.json", {
            "ours": "forecart (avx2)",
            "rates": {"forecart (avx2)": {"net_train_A": 50000, "net_infer_A": 100},
                      "Debian PyTorch 1.13": {"net_train_A": 10000, "net_infer_A": 10},
                      "PyPI PyTorch 2": {"net_train_A": 10000, "net_infer_A": 10}},
            "peak_mib": {"forecart (avx2)": {"A": 12}, "Debian PyTorch 1.13": {"A": 250},
                         "PyPI PyTorch 2": {"A": 800}},
            "gflops": {"net_train_A": 90, "net_infer_A": 80},
            "sgemm_gflops": {"sgemm": 100, "product": 120}})
        output = self.compare()[1]
        self.assertIn("| Debian PyTorch 1.13 | net_train_A | 10000 | 50000 | 5.00x | 6x | no | 250 | "
                      "12 |", output)
        self.assertIn("| Debian PyTorch 1.13 | net_infer_A | 10 | 100 | 10.00x | 4x | yes |", output)
        self.assertIn("| PyPI PyTorch 2 | net_train_A | 10000 | 50000 | 5.00x | - | - | 800 |", output)
        self.assertIn("| net_train_A | 90 | 0.90 | 0.85 | yes |", output)
        self.assertIn("| net_infer_A | 80 | 0.80 | 0.85 | no |", output)

    def test_a_saved_network_starts_within_thirty_milliseconds(self):
        def times(median):
            return {"median_ms": median, "p95_ms": median + 5, "processor_ms": median - 1}
        self.write("start.json", {"ours": times(9.0), "peers": {"PyPI PyTorch 2": times(1800.0)}})
        output = self.compare()[1]
        self.assertIn("| forecart | 9.0 | 14.0 | 8.0 | 1.0x | 30 | yes |", output)
        self.assertIn("| PyPI PyTorch 2 | 1800.0 | 1805.0 | 1799.0 | 200x | - | - |", output)
        self.write("start.json", {"ours": times(31.0), "peers": {}})
        self.assertIn("Missed: start", self.compare()[1])

    def write_auto_arima(self, group, peer, ours_owa, solved=9):
        fit = {"peer": peer, "solved": solved}
        if solved:
            fit |= {"theirs": {"seconds": 22.0, "smape": 10.0, "mase": 1.0, "owa": .612},
                    "ours": {"seconds": .1, "smape": 9.0, "mase": .9, "owa": ours_owa}}
        self.write("auto_arima.json",
                   [{"group": group, "series": 9, "horizon": 48, "fits": [fit]}])

    def test_auto_arima_must_be_quicker_and_better(self):
        self.write_auto_arima("Hourly", "R 4.2.2 forecast 8.20", .5)
        self.assertIn("| Hourly | R 4.2.2 forecast 8.20 | 9 of 9 | 22 | 0.612 | 0.1 | 0.500 | 220x "
                      "| 100x | yes |", self.compare()[1])
        self.write_auto_arima("Hourly", "R 4.2.2 forecast 8.20", .7)
        status, output = self.compare()
        self.assertEqual(status, 0)
        self.assertIn("| 0.700 | 220x | 100x | no |", output)
        self.assertIn("Missed: AutoARIMA Hourly against R 4.2.2 forecast 8.20.", output)

    def test_auto_arima_has_no_weekly_goal_against_statsforecast(self):
        self.write_auto_arima("Weekly", "statsforecast 2.1.1", .5, solved=8)
        self.assertIn("| Weekly | statsforecast 2.1.1 | 8 of 9 | 22 | 0.612 | 0.1 | 0.500 | 220x "
                      "| - | - |", self.compare()[1])

    def test_a_peer_that_finished_no_series_is_shown(self):
        self.write_auto_arima("Hourly", "statsforecast 2.1.1", .5, solved=0)
        self.assertIn("| statsforecast 2.1.1 | 0 of 9 | - | - | - | - | - | - | - |",
                      self.compare()[1])

    def test_one_section_is_shown_without_the_others(self):
        for name in ("study.json", "ingest_peer.jsonl"):
            (self.folder / name).unlink()
        self.write_auto_arima("Hourly", "R 4.2.2 forecast 8.20", .5)
        status, output = self.compare()
        self.assertEqual(status, 0)
        self.assertEqual(output.count("###"), 1)
        self.assertIn("Goals met: 1 of 1.", output)

    def test_the_whole_run_has_seconds_as_its_goal(self):
        self.write("run.jsonl", {"whole_seconds": 4.0, "published": True})
        self.assertIn("| 4.00 | 20 | yes |", self.compare()[1])


if __name__ == "__main__":
    unittest.main()
