"""Makes lstm.json: a small LSTM with a dense head in PyTorch, its output, gradients and three Adam
steps, all in double precision.

Run: python3 make_lstm.py > lstm.json        (PyTorch 1.13 or newer, CPU; Debian: python3-torch)
Gates are in PyTorch's order: input, forget, candidate, output. The loss is half the sum of squares.
"""
import json
import platform

import torch

BATCH, WINDOW, INPUTS, HIDDEN, OUTPUTS = 3, 5, 2, 4, 2
RATE, STEPS = 0.01, 3


def rounded(tensor):
    return tensor.detach().tolist()


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = torch.nn.LSTM(INPUTS, HIDDEN, batch_first=True)
        self.head = torch.nn.Linear(HIDDEN, OUTPUTS)
        torch.nn.init.zeros_(self.lstm.bias_hh_l0)
        self.lstm.bias_hh_l0.requires_grad_(False)  # one bias: the other only adds to it

    def forward(self, x):
        states, _ = self.lstm(x)
        return self.head(states[:, -1])

    def named(self):
        return {
            "weight_ih": self.lstm.weight_ih_l0,
            "weight_hh": self.lstm.weight_hh_l0,
            "bias": self.lstm.bias_ih_l0,
            "head_weight": self.head.weight,
            "head_bias": self.head.bias,
        }


torch.manual_seed(2019)
torch.set_default_dtype(torch.float64)
net = Net()
x = torch.randn(BATCH, WINDOW, INPUTS)
target = torch.randn(BATCH, OUTPUTS)
golden = {
    "origin": f"make_lstm.py, PyTorch {torch.__version__}, Python {platform.python_version()}",
    "tolerance": "1e-5 relative to the largest entry for float kernels, 1e-10 for double",
    "hidden": HIDDEN,
    "x": rounded(x),
    "target": rounded(target),
    "parameters": {name: rounded(value) for name, value in net.named().items()},
}
optimiser = torch.optim.Adam([p for p in net.parameters() if p.requires_grad], lr=RATE)
for step in range(STEPS):
    optimiser.zero_grad()
    output = net(x)
    loss = 0.5 * ((output - target) ** 2).sum()
    loss.backward()
    if step == 0:
        golden["output"] = rounded(output)
        golden["loss"] = loss.item()
        golden["gradient"] = {name: rounded(value.grad) for name, value in net.named().items()}
    optimiser.step()
golden["adam"] = {
    "learning_rate": RATE,
    "steps": STEPS,
    "parameters": {name: rounded(value) for name, value in net.named().items()},
}
print(json.dumps(golden))
