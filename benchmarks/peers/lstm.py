"""The study's LSTM in PyTorch: 50 units on windows of 24 hours, Adam, early stopping on the last
tenth of the training part, one step ahead; longer paths feed their own forecasts back."""

import copy

import numpy as np
import torch

WINDOW, UNITS, BATCH, EPOCHS, PATIENCE = 24, 50, 32, 100, 5


class Network(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = torch.nn.LSTM(1, UNITS, batch_first=True)
        self.head = torch.nn.Linear(UNITS, 1)

    def forward(self, windows):
        """(batch, time) -> (batch)"""
        return self.head(self.lstm(windows.unsqueeze(-1))[0][:, -1]).squeeze(-1)


class StudyLstm:
    name, ours, loglik = "LSTM PyTorch", "LSTM", None

    def __init__(self, seed):
        self.seed = seed

    def scaled(self, y):
        return torch.tensor((np.asarray(y) - self.low) / self.span, dtype=torch.float32)

    def fit(self, y):
        torch.manual_seed(self.seed)
        self.low, self.span = y.min(), y.max() - y.min()
        values = self.scaled(y)
        windows, targets = values.unfold(0, WINDOW, 1)[:-1], values[WINDOW:]
        cut = int(.9 * len(targets))
        self.network = Network()
        optimiser = torch.optim.Adam(self.network.parameters(), lr=1e-3)
        best, best_loss, waited = None, np.inf, 0
        for self.epochs in range(1, EPOCHS + 1):
            for batch in torch.randperm(cut).split(BATCH):
                optimiser.zero_grad()
                loss = torch.nn.functional.mse_loss(self.network(windows[batch]), targets[batch])
                loss.backward()
                optimiser.step()
            with torch.no_grad():
                loss = torch.nn.functional.mse_loss(self.network(windows[cut:]), targets[cut:]).item()
            waited += 1
            if loss < best_loss:
                best, best_loss, waited = copy.deepcopy(self.network.state_dict()), loss, 0
            if waited >= PATIENCE:
                break
        self.network.load_state_dict(best)

    @torch.no_grad()
    def paths(self, y, origins, h):
        for origin in origins:
            window = self.scaled(y[origin - WINDOW:origin])
            for _ in range(h):
                window = torch.cat([window, self.network(window[-WINDOW:].unsqueeze(0))])
            yield window[WINDOW:].numpy() * self.span + self.low

    @torch.no_grad()
    def one_step(self, y, start):
        windows = self.scaled(y[start - WINDOW:]).unfold(0, WINDOW, 1)[:-1]
        return self.network(windows).numpy() * self.span + self.low
