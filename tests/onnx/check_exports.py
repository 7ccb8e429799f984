#!/usr/bin/env python3
"""Runs exported networks of every head and space in onnxruntime, on the windows of their examples,
and compares with what forecart says.

    check_exports.py WRITE_EXPORTS"""
import subprocess
import sys
import tempfile
from pathlib import Path

import peer


def check(path):
    beside = path.with_suffix(".beside")
    return peer.check_export(path, path.with_suffix(".json"),
                             peer.read_json(beside) if beside.exists() else None)


def main():
    peer.enter()
    with tempfile.TemporaryDirectory(prefix="forecart-onnx-") as folder:
        subprocess.run([sys.argv[1], folder], check=True)
        worst = {path.stem: check(path) for path in sorted(Path(folder).glob("*.onnx"))}
        sizes = {name: {port.name: port.shape[-1]
                        for port in peer.session(f"{folder}/{name}.onnx").get_inputs()}
                 for name in ("beside", "year", "year_beside")}
    known = {name: size["known"] for name, size in sizes.items()}
    assert known == {"beside": 9, "year": 6, "year_beside": 15}, f"known ahead of a step: {known}"
    assert sizes["beside"]["codes"] == sizes["year_beside"]["codes"] == 1, "categories are not read"
    for name, by_output in worst.items():
        print(name, " ".join(f"{output}: {value:.1e}" for output, value in by_output.items()))
    wrong = [name for name, by_output in worst.items()
             if not all(value <= peer.TOLERANCE for value in by_output.values())]
    print(f"{len(worst)} exports, {len(wrong)} wrong: {', '.join(wrong)}")
    return 1 if wrong or len(worst) < 18 else 0


if __name__ == "__main__":
    sys.exit(main())
