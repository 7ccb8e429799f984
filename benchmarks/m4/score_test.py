#!/usr/bin/env python3
"""score.py by hand: sMAPE, MASE and OWA of two short series."""

import unittest

import score

TRAIN = {"a": [1.0, 3.0, 2.0, 5.0], "b": [10.0, 10.0, 14.0, 14.0]}
ACTUAL = {"a": [4.0, 6.0], "b": [12.0, 0.0]}
PREDICTED = {"a": [4.0, 2.0], "b": [20.0, 0.0]}


class Scores(unittest.TestCase):
    def test_are_means_over_series_of_means_over_steps(self):
        smape, mase = score.scores(PREDICTED, ACTUAL, TRAIN, 1)
        # a: 0 and 200 * 4 / 8; b: 200 * 8 / 32 and 0 / 0, which counts 0
        self.assertAlmostEqual(smape, (100 / 2 + 50 / 2) / 2, 12)
        # a: 2 over the mean of 2, 1, 3; b: 4 over the mean of 0, 4, 0
        self.assertAlmostEqual(mase, (2 / 2 + 4 / (4 / 3)) / 2, 12)

    def test_scale_by_the_season(self):
        _, mase = score.scores(PREDICTED, ACTUAL, TRAIN, 2)
        self.assertAlmostEqual(mase, (2 / 1.5 + 4 / 4) / 2, 12)

    def test_owa_is_the_mean_of_both_ratios(self):
        self.assertAlmostEqual(score.overall((10, 3), (20, 2)), (.5 + 1.5) / 2, 12)

    def test_refuse_other_series_and_other_steps(self):
        with self.assertRaises(SystemExit):
            score.scores({"a": [1.0, 2.0]}, ACTUAL, TRAIN, 1)
        with self.assertRaises(SystemExit):
            score.scores(PREDICTED | {"a": [1.0]}, ACTUAL, TRAIN, 1)


if __name__ == "__main__":
    unittest.main()
