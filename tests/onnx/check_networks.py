#!/usr/bin/env python3
"""Runs networks of every shape, written as ONNX, in onnxruntime, and compares with our engine.

    check_networks.py WRITE_NETWORKS"""
import subprocess
import sys
import tempfile
from pathlib import Path

import peer


def check(path):
    import numpy as np
    told = peer.read_json(path.with_suffix(".json"))
    session = peer.session(str(path))
    inputs = {}
    for port in session.get_inputs():
        kind = np.int64 if port.type == "tensor(int64)" else np.float32
        inputs[port.name] = np.asarray(told[port.name], kind).reshape([-1, *port.shape[1:]])
    found = session.run(["numbers"], inputs)[0]
    wanted = np.asarray(told["numbers"]).reshape([-1, *session.get_outputs()[0].shape[1:]])
    worst = peer.distance(found, wanted)
    one = session.run(["numbers"], {name: value[:1] for name, value in inputs.items()})[0]
    return max(worst, peer.distance(one, wanted[:1]))


def main():
    peer.enter()
    with tempfile.TemporaryDirectory(prefix="forecart-onnx-") as folder:
        subprocess.run([sys.argv[1], folder], check=True)
        paths = sorted(Path(folder).glob("*.onnx"))
        worst = {path.stem: check(path) for path in paths}
    wrong = {name: value for name, value in worst.items() if not value <= peer.TOLERANCE}
    name = max(worst, key=worst.get)
    print(f"{len(worst)} networks, greatest difference {worst[name]:.2e} of the outputs ({name})")
    print("\n".join(f"{name}: {value:.2e}" for name, value in wrong.items()))
    return 1 if wrong or len(worst) < 70 else 0


if __name__ == "__main__":
    sys.exit(main())
