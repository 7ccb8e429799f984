"""A saved network of the size of our LSTM of hours, in TorchScript: made, and forecast with.

    start_torch.py save FILE          14 steps of a day x 48 numbers, 32 units, 24 hours x 7 quantiles
    start_torch.py forecast FILE VALUES   reads the last values (JSON), prints 24 rows

The second is what start.py times, from the start of Python to the last row; its windows are plain
scaled values, less work than ours."""
import sys

STEPS, BLOCK, UNITS, HORIZON, QUANTILES = 14, 24, 32, 24, 7


def save(path):
    import torch

    class Network(torch.nn.Module):
        def __init__(self):
            super().__init__()
            flat = STEPS * BLOCK + HORIZON + 8
            self.lstm = torch.nn.LSTM(2 * BLOCK, UNITS, batch_first=True)
            self.trunk = torch.nn.Linear(UNITS + flat, UNITS)
            self.output = torch.nn.Linear(UNITS, HORIZON * QUANTILES)
            self.horizon, self.quantiles = HORIZON, QUANTILES

        def forward(self, features: torch.Tensor, flat: torch.Tensor) -> torch.Tensor:
            state = self.lstm(features)[0][:, -1]
            hidden = torch.relu(self.trunk(torch.cat([state, flat], 1)))
            return self.output(hidden).reshape(-1, self.horizon, self.quantiles)

    torch.manual_seed(1)
    torch.jit.script(Network()).save(path)


def forecast(path, values):
    import json

    import torch
    torch.set_num_threads(1)
    with open(values, encoding="utf-8") as file:
        y = torch.tensor(json.load(file), dtype=torch.float32)
    centre, scale = y.mean(), y.std()
    x = (y - centre) / scale
    days = x[-(STEPS + 1) * BLOCK:].reshape(STEPS + 1, BLOCK)
    features = torch.cat([days[1:], days[1:] - days[:-1]], 1)[None]
    flat = torch.cat([x[-STEPS * BLOCK:], x[-HORIZON:], torch.zeros(8)])[None]
    with torch.no_grad():
        said = torch.jit.load(path)(features, flat)[0] * scale + centre
    for row in said.tolist():
        print(",".join(f"{value:.6g}" for value in row))


if __name__ == "__main__":
    {"save": save, "forecast": forecast}[sys.argv[1]](*sys.argv[2:])
