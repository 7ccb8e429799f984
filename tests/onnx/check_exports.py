#!/usr/bin/env python3
"""Runs exported networks of every head and space in onnxruntime, on the windows of their examples,
and compares with what forecart says.

    check_exports.py WRITE_EXPORTS"""
import subprocess
import sys
import tempfile
from pathlib import Path

import peer


def main():
    peer.enter()
    with tempfile.TemporaryDirectory(prefix="forecart-onnx-") as folder:
        subprocess.run([sys.argv[1], folder], check=True)
        worst = {path.stem: peer.check_export(path, path.with_suffix(".json"))
                 for path in sorted(Path(folder).glob("*.onnx"))}
        beside = {port.name for port in peer.session(f"{folder}/beside.onnx").get_inputs()}
    assert {"known", "codes"} <= beside, f"what stands beside the sales is not read: {beside}"
    for name, by_output in worst.items():
        print(name, " ".join(f"{output}: {value:.1e}" for output, value in by_output.items()))
    wrong = [name for name, by_output in worst.items()
             if not all(value <= peer.TOLERANCE for value in by_output.values())]
    print(f"{len(worst)} exports, {len(wrong)} wrong: {', '.join(wrong)}")
    return 1 if wrong or len(worst) < 15 else 0


if __name__ == "__main__":
    sys.exit(main())
