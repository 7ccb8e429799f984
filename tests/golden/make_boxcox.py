#!/usr/bin/env python3
"""Makes tests/golden/boxcox.json: Box-Cox values to double precision, worked out with 400 digits.

    python3 tests/golden/make_boxcox.py > tests/golden/boxcox.json
"""

import json

import mpmath as mp

mp.mp.dps = 400
LAMBDAS = [1e-300, 1e-17, -1e-14, 1e-12, -1e-9, 1e-6, -1e-3, 0.05, 0.3, -0.5, 1.0, 2.0]
VALUES = [1e-6, 0.5, 1 - 2.0**-40, 1 + 2.0**-50, 3.0, 112.0, 1e9]


def row(lam, y):
    lam, y = mp.mpf(lam), mp.mpf(y)
    return {"lambda": float(lam), "y": float(y), "w": float((y**lam - 1) / lam)}


rows = [row(lam, y) for lam in LAMBDAS for y in VALUES]
print(json.dumps({
    "origin": f"make_boxcox.py beside this file, mpmath {mp.__version__}, {mp.mp.dps} digits",
    "tolerance": "64 units in the last place of double there and back",
    "rows": rows,
}, indent=1))
