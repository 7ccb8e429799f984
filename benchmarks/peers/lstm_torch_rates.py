"""One task of the LSTM comparison in PyTorch: windows per second of processor time, as JSON.

    lstm_torch_rates.py TASK SECONDS        run by benchmarks/peers/lstm_torch.py

LSTM layers, a dense output on the last hidden state, squared error, Adam, one thread. Exit 77:
PyTorch is missing.
"""
import json
import sys
import time

# name: (inputs, hidden, steps, layers, batch), as benchmarks/net_benchmark.cpp has them
TASKS = {"A": (1, 50, 24, 1, 32), "B": (8, 128, 168, 1, 256), "C": (1, 64, 48, 2, 64)}


def rate(step, batch, seconds):
    for _ in range(3):
        step()
    count, start = 0, time.process_time()
    while time.process_time() - start < seconds:
        step()
        count += 1
    return count * batch / (time.process_time() - start)


def adam(torch, parameters):
    """The quickest form this version has."""
    for form in ({"fused": True}, {"foreach": True}):
        try:
            return torch.optim.Adam(parameters, lr=1e-3, **form)
        except (RuntimeError, TypeError):
            continue
    return torch.optim.Adam(parameters, lr=1e-3)


def rates(torch, task, seconds):
    inputs, hidden, steps, layers, batch = TASKS[task]
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)  # vanishing gradients of task B would slow it down fourfold
    torch.manual_seed(1)
    lstm = torch.nn.LSTM(inputs, hidden, num_layers=layers)
    head = torch.nn.Linear(hidden, 1)
    optimiser = adam(torch, [*lstm.parameters(), *head.parameters()])
    x = torch.randn(steps, batch, inputs)
    y = x.mean(dim=(0, 2)).unsqueeze(-1)

    def predict():
        return head(lstm(x)[0][-1])

    def train():
        optimiser.zero_grad(set_to_none=True)
        torch.nn.functional.mse_loss(predict(), y).backward()
        optimiser.step()

    def infer():
        with torch.inference_mode():
            predict()

    return {f"net_train_{task}": rate(train, batch, seconds),
            f"net_infer_{task}": rate(infer, batch, seconds)}


def main(task, seconds):
    try:
        import torch
    except ImportError:
        sys.exit(77)
    torch.set_num_threads(1)
    print(json.dumps({"version": torch.__version__, "rates": rates(torch, task, float(seconds))}))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
