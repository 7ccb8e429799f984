"""LSTM training and inference beside PyTorch: windows per second of processor time, in one run.

Run: python3 lstm_torch.py PATH/lstm_benchmark
Task A: hidden 50, window 24, batch 32, one input, dense head, squared error, Adam. Needs PyTorch
(Debian: python3-torch with libopenblas0). Rounds of both alternate and the best of each counts, so
that a busy machine disturbs the two alike. Exit 77: PyTorch is missing.
"""
import json
import os
import subprocess
import sys
import time

HIDDEN, WINDOW, BATCH = 50, 24, 32
ROUNDS = 3
SECONDS = 2.0


def ours(program):
    """Windows per second of processor time, by benchmark name."""
    out = subprocess.run(
        [program, "--benchmark_format=json", f"--benchmark_min_time={SECONDS}"],
        check=True, capture_output=True, text=True).stdout
    rows = json.loads(out)["benchmarks"]
    failed = [row["name"] for row in rows if row.get("error_occurred")]
    if failed:
        sys.exit(f"wrong answers in {failed}")
    return {row["name"]: row["items_per_second"] for row in rows}


def rate(step):
    """The same of repeated calls of `step`."""
    for _ in range(5):
        step()
    count, start = 0, time.process_time()
    while time.process_time() - start < SECONDS:
        step()
        count += 1
    return count * BATCH / (time.process_time() - start)


def torch_rates(torch):
    torch.manual_seed(1)
    lstm = torch.nn.LSTM(1, HIDDEN, batch_first=True)
    head = torch.nn.Linear(HIDDEN, 1)
    optimiser = torch.optim.Adam([*lstm.parameters(), *head.parameters()], lr=1e-3)
    x = torch.randn(BATCH, WINDOW, 1)
    y = x.mean(dim=1)

    def predict():
        return head(lstm(x)[0][:, -1])

    def train():
        optimiser.zero_grad()
        torch.nn.functional.mse_loss(predict(), y).backward()
        optimiser.step()

    def infer():
        with torch.inference_mode():
            predict()

    return {"lstm_train": rate(train), "lstm_infer": rate(infer)}


def best(results):
    return {name: max(result[name] for result in results) for name in results[0]}


def main():
    os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
    try:
        import torch
    except ImportError:
        print("PyTorch is missing: nothing to compare with", file=sys.stderr)
        sys.exit(77)
    torch.set_num_threads(1)
    rounds = [(ours(sys.argv[1]), torch_rates(torch)) for _ in range(ROUNDS)]
    mine = best([pair[0] for pair in rounds])
    theirs = best([pair[1] for pair in rounds])
    print(f"PyTorch {torch.__version__}, one thread; windows per second, best of {ROUNDS}")
    for name, value in mine.items():
        peer = theirs[name.split("/")[0]]
        print(f"{name:24s} {value:10.0f}   PyTorch {peer:10.0f}   ratio {value / peer:6.2f}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main()
