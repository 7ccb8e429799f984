#!/usr/bin/env python3
"""Coverage of a backtest with its block-bootstrap band.

    bands.py LABEL MODEL ROWS.csv

ROWS.csv is what `forecart backtest -o` writes. Values of one series and origin fail together, and so
do the series of one origin: both are drawn with replacement, and the band holds 95 % of the coverage
of the draws. Exits 1 where a level lies outside its band and more than 2 points from its coverage.
"""

import collections
import csv
import random
import sys

LEVELS = (80, 95)
DRAWS = 2000
POINTS = 0.02


def cells_of(path, model, level):
    """(hits, values) by series and origin."""
    cells = collections.defaultdict(lambda: [0, 0])
    with open(path, newline="") as rows:
        for row in csv.DictReader(rows):
            if row["y"] == "" or row[model] == "":
                continue
            low, high, y = (float(row[name]) for name in
                            (f"{model}-lo-{level}", f"{model}-hi-{level}", "y"))
            cell = cells[row["unique_id"], row["cutoff"]]
            cell[0] += low <= y <= high
            cell[1] += 1
    return cells


def band(cells, rng):
    series = sorted({key[0] for key in cells})
    origins = sorted({key[1] for key in cells})
    by_origin = collections.defaultdict(dict)
    for (one, origin), cell in cells.items():
        by_origin[origin][one] = cell
    shares = []
    for _ in range(DRAWS):
        drawn = collections.Counter(rng.choices(series, k=len(series)))
        hits = values = 0
        for origin in rng.choices(origins, k=len(origins)):
            for one, cell in by_origin[origin].items():
                hits += drawn[one] * cell[0]
                values += drawn[one] * cell[1]
        if values:
            shares.append(hits / values)
    shares.sort()
    return shares[int(0.025 * len(shares))], shares[int(0.975 * len(shares)) - 1]


def main():
    label, model, path = sys.argv[1:]
    failed = False
    for level in LEVELS:
        cells = cells_of(path, model, level)
        hits, values = (sum(cell[i] for cell in cells.values()) for i in (0, 1))
        low, high = band(cells, random.Random(1))
        share = hits / values
        inside = low <= level / 100 <= high
        near = abs(share - level / 100) <= POINTS
        failed = failed or not (inside or near)
        verdict = "within the band" if inside else "within 2 points" if near else "OUTSIDE"
        print(f"{label}, {model}, {level} %: {share:.3f} of {values} values, band {low:.3f} to "
              f"{high:.3f}: {verdict}", flush=True)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
