#!/usr/bin/env python3
"""study_figures.py tells a bound that holds from one that is missed, on either side."""

import contextlib
import io
import json
import tempfile
import unittest
from pathlib import Path

import study_figures

COUNTS = {"rows_read": 186850, "rows_accepted": 185950, "rows_rejected": 900,
          "rejected_by_reason": {"blank": 545, "repeated_header": 355}, "exact_duplicates": 264,
          "first": "2019-01-01 03:07:00", "last": "2020-01-01 05:13:00", "revenue": 34492035.970000006}
SCORES = {"ARIMA": 4.9, "LevelProfile": 4.76, "LSTM": 4.86, "Ensemble": 4.87}
PROGRAM = """#!/usr/bin/env python3
import json, sys
answers = json.loads({answers!r})
answer = answers[sys.argv[1]]
if sys.argv[1] == "backtest" and sys.argv[sys.argv.index("--h") + 1] == "1":
    answer = {{"scores": [{{"model": "LSTM", "mae": 4.4}}]}}
print(json.dumps(answer))
"""


def study(counts=(), scores=()):
    """(exit status, what was printed) with a program that gives these answers."""
    with tempfile.TemporaryDirectory() as folder:
        answers = {"ingest": COUNTS | dict(counts), "run": {"published": True}, "backtest": {
            "scores": [{"model": model, "mae": mae}
                       for model, mae in (SCORES | dict(scores)).items()]}}
        program = Path(folder, "forecart")
        program.write_text(PROGRAM.format(answers=json.dumps(answers)))
        program.chmod(0o755)
        Path(folder, "orders.csv").touch()
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            return study_figures.main(str(program), folder), output.getvalue()


class StudyFigures(unittest.TestCase):
    def test_all_held(self):
        status, output = study()
        self.assertEqual(status, 0, output)
        self.assertIn("29 of 29 figures held.", output)

    def test_a_count_that_is_off_by_one(self):
        status, output = study(counts={"rows_rejected": 901})
        self.assertEqual(status, 1)
        self.assertIn("| rows_rejected | 901 | = 900 | MISSED |", output)

    def test_an_error_above_its_bound(self):
        status, output = study(scores={"LevelProfile": 4.81})
        self.assertEqual(status, 1)
        self.assertIn("| B MAE LevelProfile | 4.810 | <= 4.8, >= 4.70 | MISSED |", output)

    def test_an_error_too_good_to_be_true(self):
        self.assertEqual(study(scores={"LevelProfile": 4.6})[0], 1)

    def test_an_ensemble_worse_than_its_better_member(self):
        status, output = study(scores={"Ensemble": 4.96})
        self.assertEqual(status, 1)
        self.assertIn("| B MAE Ensemble, seed 3 | 4.960 | <= 4.957, >= 4.70 | MISSED |", output)

    def test_without_the_files_nothing_is_proven(self):
        with tempfile.TemporaryDirectory() as folder, self.assertRaises(SystemExit):
            study_figures.main("true", folder)


if __name__ == "__main__":
    unittest.main()
