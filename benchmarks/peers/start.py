"""From the start of the process to the forecast of a saved model: `forecart forecast --repository`
beside Python with PyTorch that loads a network of the same size, one process after the other.

    start.py FORECART ORDERS FOLDER      ORDERS: folder of the real order files

Prints {"ours": ..., "peers": {name: ...}}, each with median, 95 % and processor milliseconds."""
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

TIMES = 40
PEER_TIMES = 5
TORCH = Path(__file__).with_name("start_torch.py")
DEBIAN = "/usr/bin/python3"


def timed(command):
    """(wall-clock, processor) milliseconds of one process."""
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    lines = process.stdout.read().count(b"\n")
    _, status, usage = os.wait4(process.pid, 0)
    elapsed = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0 or lines < 24:
        sys.exit(f"{' '.join(map(str, command))} failed ({process.returncode}, {lines} lines)")
    return 1e3 * elapsed, 1e3 * (usage.ru_utime + usage.ru_stime)


def figures(times):
    wall = sorted(time[0] for time in times)
    return {"median_ms": statistics.median(wall), "p95_ms": wall[int(.95 * len(wall))],
            "processor_ms": statistics.median(time[1] for time in times)}


def make_repository(forecart, orders, folder):
    """A data set of the order hours with a run of the LSTM."""
    shop = folder / "shop"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for command in (["ingest", *sorted(map(str, orders.glob("*.csv")))],
                    ["run", "--model", "LSTM", "--n-windows", "1", "--progress", "never"]):
        subprocess.run([forecart, *command, "--repository", shop, "--dataset", "orders"], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return shop


def peers(folder):
    """{name: command} of the Pythons that have PyTorch."""
    values, found = folder / "values.json", {}
    values.write_text(json.dumps([20 + hour % 24 for hour in range(15 * 24)]))
    for label, python in (("PyPI", sys.executable), ("Debian", DEBIAN)):
        network = folder / f"{label}.pt"
        version = subprocess.run([python, "-c", "import torch; print(torch.__version__)"],
                                 capture_output=True, text=True, check=False).stdout.strip()
        if not version:
            continue
        subprocess.run([python, TORCH, "save", network], check=True, stderr=subprocess.DEVNULL)
        found[f"{label} PyTorch {version}"] = [python, TORCH, "forecast", network, values]
    return found


def main(forecart, orders, folder):
    shop = make_repository(forecart, orders, folder)
    ours = [forecart, "forecast", "--repository", shop, "--dataset", "orders", "--model", "LSTM"]
    theirs = peers(folder)
    times = {name: [] for name in theirs}
    own = []
    for _ in range(PEER_TIMES):  # by turns, so that a busy machine disturbs all alike
        own += [timed(ours) for _ in range(TIMES // PEER_TIMES)]
        for name, command in theirs.items():
            times[name].append(timed(command))
    print(json.dumps({"ours": figures(own),
                      "peers": {name: figures(values) for name, values in times.items()}}))


if __name__ == "__main__":
    main(str(Path(sys.argv[1]).resolve()), Path(sys.argv[2]), Path(sys.argv[3]))
