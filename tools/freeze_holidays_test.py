#!/usr/bin/env python3
"""Tests of freeze_holidays.py."""

import datetime
import unittest

import freeze_holidays


class Line(unittest.TestCase):
    def test_years_in_a_row_are_a_run(self):
        self.assertEqual(freeze_holidays.runs([0, 2, 3, 4, 9]), "0,2-4,9")

    def test_days_are_grouped_by_their_date(self):
        days = {datetime.date(1990, 12, 25), datetime.date(1991, 12, 25), datetime.date(1993, 1, 2)}
        self.assertEqual(freeze_holidays.line("XX", "Feast", days), "XX\tFeast\t0102:3;1225:0-1")


if __name__ == "__main__":
    unittest.main()
