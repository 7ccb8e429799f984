"""LSTM training and inference beside PyTorch and oneDNN: windows per second of processor time and
peak memory, one thread, in one run.

    lstm_torch.py [--json] FOLDER

FOLDER holds net_benchmark and, where oneDNN was there at the build, lstm_onednn. Peers are the
PyTorch of the Python that runs this, that of /usr/bin/python3 (Debian's; OpenBLAS must be its BLAS,
the reference BLAS is several times slower), and oneDNN. A peer that is missing is left out; exit 77
where all are. Each task runs in a process of its own; rounds of all alternate and the best of each
counts, so that a busy machine disturbs them alike. Of ours the fastest kernel runs, and beside it
sgemm: OpenBLAS' where it was there at the build, else the kernel's own product.
"""
import json
import os
import subprocess
import sys
from pathlib import Path

TASKS = ("A", "B", "C")
ROUNDS = 3
SECONDS = 1.0
DEBIAN = "/usr/bin/python3"
RATES = Path(__file__).with_name("lstm_torch_rates.py")


def run(*command):
    """(parsed output or None, peak MiB) of one process."""
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, text=True)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode == 77:
        return None, 0
    if process.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))} failed ({process.returncode})")
    return json.loads(output), usage.ru_maxrss / 1024


def fastest_kernel(program):
    """The kernel listed last, as net::available_kernels() has it."""
    listed = subprocess.run([program, "--benchmark_list_tests"], check=True, capture_output=True,
                            text=True).stdout
    return listed.split()[-1].split("/")[1]


class Ours:
    def __init__(self, program):
        self.program = program
        self.name = f"forecart ({fastest_kernel(program)})"
        self.kernel = fastest_kernel(program)

    def measure(self, pattern):
        result, memory = run(self.program, "--benchmark_format=json",
                             f"--benchmark_min_time={SECONDS}", f"--benchmark_filter={pattern}")
        rows = result["benchmarks"]
        failed = [row["name"] for row in rows if row.get("error_occurred")]
        if failed:
            sys.exit(f"wrong answers in {failed}")
        return {row["name"].split("/")[0]: row for row in rows}, memory

    def task(self, task):
        rows, memory = self.measure(f"_{task}/{self.kernel}$")
        return ({name: row["items_per_second"] for name, row in rows.items()},
                {name: row["GFLOP/s"] for name, row in rows.items()}, memory)

    def sgemm(self):
        rows, _ = self.measure(f"sgemm|product/{self.kernel}$")
        return {name: row["GFLOP/s"] for name, row in rows.items()}


class Torch:
    def __init__(self, python, name):
        self.python, self.name = python, name

    def there(self):
        result, _ = run(self.python, RATES, "A", 0.01)
        if result:
            self.name += " " + result["version"]
        return result is not None

    def task(self, task):
        result, memory = run(self.python, RATES, task, SECONDS)
        return result["rates"], memory


class OneDnn:
    def __init__(self, program):
        self.program, self.name = program, "oneDNN"

    def there(self):
        if not self.program.exists():
            return False
        self.name += " " + run(self.program, "A", 0.01)[0]["version"]
        return True

    def task(self, task):
        result, memory = run(self.program, task, SECONDS)
        return result["rates"], memory


def keep_best(into, new, best=max):
    for name, value in new.items():
        into[name] = best(into[name], value) if name in into else value


def compare(ours, peers):
    rates, memory, reached, sgemm = {}, {}, {}, {}
    for _ in range(ROUNDS):
        keep_best(sgemm, ours.sgemm())
        for task in TASKS:
            own, gflops, used = ours.task(task)
            keep_best(rates.setdefault(ours.name, {}), own)
            keep_best(reached, gflops)
            keep_best(memory.setdefault(ours.name, {}), {task: used})
            for peer in peers:
                theirs, used = peer.task(task)
                keep_best(rates.setdefault(peer.name, {}), theirs)
                keep_best(memory.setdefault(peer.name, {}), {task: used})
    return {"ours": ours.name, "rounds": ROUNDS, "rates": rates, "peak_mib": memory,
            "gflops": reached, "sgemm_gflops": sgemm}


def show(result):
    print(f"one thread; windows per second, best of {result['rounds']}; sgemm GFLOP/s: " +
          ", ".join(f"{name} {value:.0f}" for name, value in result["sgemm_gflops"].items()))
    own = result["rates"][result["ours"]]
    for peer, rates in result["rates"].items():
        print(f"\n{peer}")
        for name, value in rates.items():
            print(f"  {name:14s} {value:10.0f}   ours is {own[name] / value:5.2f} times as fast   "
                  f"peak {result['peak_mib'][peer][name[-1]]:6.0f} MiB")


def main(arguments):
    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
    folder = Path(arguments[-1])
    candidates = [Torch(DEBIAN, "Debian PyTorch"), OneDnn(folder / "lstm_onednn")]
    if os.path.realpath(sys.executable) != os.path.realpath(DEBIAN) or sys.prefix != sys.base_prefix:
        candidates.insert(1, Torch(sys.executable, "PyPI PyTorch"))
    peers = [peer for peer in candidates if peer.there()]
    if not peers:
        print("PyTorch and oneDNN are missing: nothing to compare with", file=sys.stderr)
        sys.exit(77)
    result = compare(Ours(folder / "net_benchmark"), peers)
    print(json.dumps(result)) if arguments[0] == "--json" else show(result)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1:])
