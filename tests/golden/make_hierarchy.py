#!/usr/bin/env python3
"""Writes hierarchy.json: reconciled forecasts of a small crossed hierarchy, computed densely.

    pip install hierarchicalforecast==1.5.3 scipy
    python3 make_hierarchy.py > hierarchy.json

The means are S (S'W^-1 S)^-1 S'W^-1 y in NumPy; those of `ols`, `structural` and `variance` are
checked to agree with MinTrace of hierarchicalforecast (Nixtla) within 1e-7 (it adds 2e-8 to the
variances). `shrinkage` takes W as R's hts does (shrink.estim: second moments around zero), and
`non_negative` are the minima of (y - S b)' W^-1 (y - S b) under b >= 0 by scipy.optimize.nnls on
the whitened problem. Everything is made up, from a fixed seed. Tolerance: 1e-8, absolute."""

import json
import sys

import numpy as np
import scipy
from hierarchicalforecast.methods import MinTrace
from scipy.optimize import nnls

import hierarchicalforecast

CITIES, PRODUCTS = ["Boston", "Dallas", "New York"], ["Cable", "Lamp", "TV", "Phone"]
LEFT_OUT = {("Dallas", "TV")}
PAIRS = [(c, p) for c in CITIES for p in PRODUCTS if (c, p) not in LEFT_OUT]


def summing():
    """The total, the cities, the products, then the leaves."""
    rows = [[1] * len(PAIRS)]
    rows += [[int(c == city) for c, _ in PAIRS] for city in CITIES]
    rows += [[int(p == product) for _, p in PAIRS] for product in PRODUCTS]
    return np.vstack([np.array(rows, float), np.eye(len(PAIRS))])


def shrunk(errors):
    """hts: lambda * diag(V) + (1 - lambda) * V, and lambda."""
    nodes, T = errors.shape
    V = errors @ errors.T / T
    x = errors / np.sqrt(np.diag(V))[:, None]
    r = x @ x.T / T
    variance = ((x**2) @ (x**2).T - T * r**2) / (T * (T - 1))
    off = ~np.eye(nodes, dtype=bool)
    weight = min(1.0, max(0.0, variance[off].sum() / (r[off] ** 2).sum()))
    return weight * np.diag(np.diag(V)) + (1 - weight) * V, weight


def dense(S, W, y):
    inverse = np.linalg.inv(W)
    return S @ np.linalg.solve(S.T @ inverse @ S, S.T @ inverse @ y)


def non_negative(S, W, y):
    root = np.linalg.inv(np.linalg.cholesky(W))
    return S @ np.column_stack([nnls(root @ S, root @ column)[0] for column in y.T])


def main():
    generator = np.random.default_rng(7)
    S = summing()
    nodes, leaves = S.shape
    level = generator.gamma(1.0, 3.0, leaves)
    errors = S @ (generator.normal(size=(leaves, 20)) * np.sqrt(level + 0.2)[:, None])
    errors += generator.normal(size=(nodes, 20)) * np.sqrt(S.sum(1))[:, None]
    y = S @ np.outer(level, [1.0, 1.2, 0.7]) + 3 * generator.normal(size=(nodes, 3))
    said = np.full_like(errors, 100.0)
    result = {}
    covariances = {
        "ols": np.eye(nodes),
        "structural": np.diag(S.sum(1)),
        "variance": np.diag((errors**2).mean(1)),
        "shrinkage": shrunk(errors)[0],
    }
    nixtla = {"ols": "ols", "structural": "wls_struct", "variance": "wls_var"}
    for name, W in covariances.items():
        own = dense(S, W, y)
        if name in nixtla:
            theirs = MinTrace(method=nixtla[name]).fit_predict(
                S=S, y_hat=y, y_insample=said + errors, y_hat_insample=said
            )["mean"]
            assert np.abs(theirs - own).max() < 1e-7, name
        result[name] = {"means": own.tolist(), "non_negative": non_negative(S, W, y).tolist()}
    json.dump(
        {
            "origin": f"make_hierarchy.py: hierarchicalforecast {hierarchicalforecast.__version__}, "
            f"numpy {np.__version__}, scipy {scipy.__version__}",
            "tolerance": 1e-8,
            "leaves": [f"city={c.replace(' ', '%20')}/product={p}" for c, p in PAIRS],
            "base": y.tolist(),
            "errors": errors.tolist(),
            "intensity": shrunk(errors)[1],
            "methods": result,
        },
        sys.stdout,
        indent=0,
    )
    print()


if __name__ == "__main__":
    main()
