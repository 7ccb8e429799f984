"""LSTM training and inference beside PyTorch: windows per second of processor time, in one run.

    lstm_torch.py [--json] PATH/lstm_benchmark

The tasks of benchmarks/lstm_benchmark.cpp: one LSTM layer, a dense head, squared error, Adam, one
thread. Rounds of both alternate and the best of each counts, so that a busy machine disturbs the two
alike; of ours the fastest kernel of this processor runs. Exit 77: PyTorch is missing.
"""
import json
import os
import subprocess
import sys
import time

# name: (inputs, hidden, steps, batch)
TASKS = {"A": (1, 50, 24, 32), "B": (8, 128, 168, 256)}
ROUNDS = 3
SECONDS = 1.0


def benchmarks(program, *flags):
    return subprocess.run([program, *flags], check=True, capture_output=True, text=True).stdout


def fastest_kernel(program):
    """The kernel listed last, as lstm::available_kernels() has it."""
    return benchmarks(program, "--benchmark_list_tests").split()[-1].split("/")[1]


def ours(program, kernel):
    """Windows per second of processor time, by benchmark name."""
    rows = json.loads(benchmarks(
        program, "--benchmark_format=json", f"--benchmark_min_time={SECONDS}",
        f"--benchmark_filter={kernel}"))["benchmarks"]
    failed = [row["name"] for row in rows if row.get("error_occurred")]
    if failed:
        sys.exit(f"wrong answers in {failed}")
    return {row["name"].split("/")[0]: row["items_per_second"] for row in rows}


def rate(step, batch):
    """The same of repeated calls of `step`."""
    for _ in range(3):
        step()
    count, start = 0, time.process_time()
    while time.process_time() - start < SECONDS:
        step()
        count += 1
    return count * batch / (time.process_time() - start)


def torch_rates(torch, task):
    inputs, hidden, steps, batch = TASKS[task]
    torch.manual_seed(1)
    lstm = torch.nn.LSTM(inputs, hidden, batch_first=True)
    head = torch.nn.Linear(hidden, 1)
    optimiser = torch.optim.Adam([*lstm.parameters(), *head.parameters()], lr=1e-3)
    x = torch.randn(batch, steps, inputs)
    y = x.mean(dim=(1, 2)).unsqueeze(-1)

    def predict():
        return head(lstm(x)[0][:, -1])

    def train():
        optimiser.zero_grad()
        torch.nn.functional.mse_loss(predict(), y).backward()
        optimiser.step()

    def infer():
        with torch.inference_mode():
            predict()

    return {f"lstm_train_{task}": rate(train, batch), f"lstm_infer_{task}": rate(infer, batch)}


def all_torch_rates(torch):
    return {name: value for task in TASKS for name, value in torch_rates(torch, task).items()}


def best(results):
    return {name: max(result[name] for result in results) for name in results[0]}


def compare(torch, program):
    kernel = fastest_kernel(program)
    rounds = [(ours(program, kernel), all_torch_rates(torch)) for _ in range(ROUNDS)]
    mine = best([pair[0] for pair in rounds])
    theirs = best([pair[1] for pair in rounds])
    return {"version": torch.__version__, "kernel": kernel, "rounds": ROUNDS,
            "rates": {name: {"ours": mine[name], "peer": theirs[name]} for name in mine}}


def show(result):
    print(f"PyTorch {result['version']}, one thread; windows per second, best of {ROUNDS}")
    for name, row in result["rates"].items():
        print(f"{name:16s} {row['ours']:10.0f}   PyTorch {row['peer']:10.0f}   "
              f"ratio {row['ours'] / row['peer']:6.2f}")


def main(arguments):
    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
    try:
        import torch
    except ImportError:
        print("PyTorch is missing: nothing to compare with", file=sys.stderr)
        sys.exit(77)
    torch.set_num_threads(1)
    result = compare(torch, arguments[-1])
    print(json.dumps(result)) if arguments[0] == "--json" else show(result)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    main(sys.argv[1:])
