"""Makes net.json: small networks in PyTorch, their outputs, gradients and three AdamW steps, all in
double precision.

Run: python3 make_net.py > net.json          (PyTorch 1.13 or newer, CPU; Debian: python3-torch)
Parameters and gradients are one list in the order of src/models/net/layout.h. The loss is half the
sum of squares; weight decay holds for weights, not for biases and embeddings.
"""
import json
import platform

import torch
from torch import nn

BATCH, RATE, DECAY, STEPS = 3, 0.01, 0.1, 3
CASES = {
    "one layer": dict(inputs=2, steps=5, layers=1, hidden=4, horizon=2),
    "two layers": dict(inputs=2, steps=4, layers=2, hidden=3, horizon=2),
    "covariates and embeddings": dict(
        inputs=2, steps=4, layers=2, hidden=3, flat=2, embeddings=[[3, 2], [4, 1]], trunk=5,
        trunk_layers=2, linear_skip=True, horizon=3, per_step=2, known=2, local=4),
    "perceptron": dict(
        layers=0, flat=6, trunk=5, trunk_layers=2, linear_skip=True, horizon=3),
}
DEFAULTS = dict(inputs=1, steps=0, hidden=0, flat=0, embeddings=[], trunk=0, trunk_layers=0,
                linear_skip=False, horizon=1, per_step=1, known=0, local=0)


class Net(nn.Module):
    def __init__(self, s):
        super().__init__()
        self.s = s
        state, embedded = s["hidden"] if s["layers"] else 0, sum(e[1] for e in s["embeddings"])
        base, outputs = state + embedded + s["flat"], s["horizon"] * s["per_step"]
        read = s["trunk"] or base
        self.lstm = nn.ModuleList(
            nn.LSTM(s["inputs"] if layer == 0 else s["hidden"], s["hidden"], batch_first=True)
            for layer in range(s["layers"]))
        self.trunk = nn.ModuleList(
            nn.Linear(base if layer == 0 else s["trunk"], s["trunk"])
            for layer in range(s["trunk_layers"]))
        self.output = nn.Linear(read, outputs)
        self.skip = nn.Linear(embedded + s["flat"], outputs, bias=False) if s["linear_skip"] else None
        self.local = s["local"] > 0
        if self.local:
            self.local_state = nn.Linear(read, s["local"])
            self.local_known = nn.Linear(s["known"], s["local"], bias=False)
            self.local_output = nn.Linear(s["local"], s["per_step"], bias=False)
        self.tables = nn.ModuleList(nn.Embedding(*e) for e in s["embeddings"])
        for lstm in self.lstm:
            nn.init.zeros_(lstm.bias_hh_l0)
            lstm.bias_hh_l0.requires_grad_(False)  # one bias: the other only adds to it
        for parameter in self.parameters():
            parameter.data = torch.round(parameter.data * 1e4) / 1e4

    def forward(self, block):
        parts = [table(codes) for table, codes in zip(self.tables, block["codes"])]
        f = torch.cat([*parts, block["flat"]], dim=1)
        x = block["features"]
        for lstm in self.lstm:
            x, _ = lstm(x)
        t = torch.cat([x[:, -1], f], dim=1) if self.lstm else f
        for layer, dense in enumerate(self.trunk):
            t = torch.relu(dense(t)) if layer == 0 else t + torch.relu(dense(t))
        out = self.output(t)
        if self.skip is not None:
            out = out + self.skip(f)
        if self.local:
            units = torch.relu(self.local_known(block["known"]) + self.local_state(t)[:, None])
            out = out + self.local_output(units).flatten(1)
        return out

    def flattened(self, of):
        """`of` every parameter, in the order and form of the layout."""
        def joined(dense):
            return torch.cat([of(dense.weight), of(dense.bias)[:, None]], dim=1)

        def gates(lstm):
            rows = torch.cat([of(lstm.weight_hh_l0), of(lstm.weight_ih_l0),
                              of(lstm.bias_ih_l0)[:, None]], dim=1)
            return rows.reshape(4, -1, rows.shape[1]).transpose(0, 1)  # unit, gate, column

        parts = [gates(lstm) for lstm in self.lstm] + [joined(dense) for dense in self.trunk]
        parts.append(joined(self.output))
        if self.skip is not None:
            parts.append(of(self.skip.weight))
        if self.local:
            parts += [joined(self.local_state), of(self.local_known.weight),
                      of(self.local_output.weight)]
        parts += [of(table.weight) for table in self.tables]
        return rounded(torch.cat([part.flatten() for part in parts]))

    def groups(self):
        learnt = [(name, p) for name, p in self.named_parameters() if p.requires_grad]
        def plain(name):
            return "bias" in name or "tables" in name
        return [{"params": [p for name, p in learnt if not plain(name)], "weight_decay": DECAY},
                {"params": [p for name, p in learnt if plain(name)], "weight_decay": 0}]


def rounded(tensor):
    return json.loads(json.dumps(tensor.detach().tolist()), parse_float=lambda x: float(f"{float(x):.13g}"))


def random(*sizes):
    return torch.round(torch.randn(*sizes) * 1e4) / 1e4


def case(changes):
    shape = {**DEFAULTS, **changes}
    net = Net(shape)
    block = {
        "features": random(BATCH, shape["steps"], shape["inputs"]),
        "flat": random(BATCH, shape["flat"]),
        "codes": [torch.randint(e[0], (BATCH,)) for e in shape["embeddings"]],
        "known": random(BATCH, shape["horizon"], shape["known"]),
    }
    target = random(BATCH, shape["horizon"] * shape["per_step"])
    golden = {"shape": shape, "target": rounded(target), "parameters": net.flattened(lambda p: p),
              **{name: [rounded(c) for c in value] if name == "codes" else rounded(value)
                 for name, value in block.items()}}
    optimiser = torch.optim.AdamW(net.groups(), lr=RATE)
    for step in range(STEPS):
        optimiser.zero_grad()
        output = net(block)
        (0.5 * ((output - target) ** 2).sum()).backward()
        if step == 0:
            golden["output"] = rounded(output)
            golden["gradient"] = net.flattened(lambda p: p.grad)
        optimiser.step()
    golden["after steps"] = net.flattened(lambda p: p)
    return golden


torch.manual_seed(2019)
torch.set_default_dtype(torch.float64)
print(json.dumps({
    "origin": f"make_net.py, PyTorch {torch.__version__}, Python {platform.python_version()}",
    "tolerance": "1e-5 relative to the largest entry for float kernels, 1e-10 for double",
    "learning_rate": RATE, "weight_decay": DECAY, "steps": STEPS,
    "cases": {name: case(changes) for name, changes in CASES.items()},
}))
