"""AutoARIMA of forecart beside R's auto.arima and statsforecast's, on M4: all weekly series, and every
fiftieth hourly one, as each takes the peers a third of a minute.

    auto_arima.py FORECART SHARED FOLDER      SHARED holds data/m4 and data/long; JSON on stdout

Hourly with season 24 and h = 48, weekly with season 1 (as M4 has it) and h = 13; every method
with its defaults and on one thread. The peers are charged the CPU seconds of the fit. Ours is
charged the smallest, over three runs, of the fit's wall-clock seconds as `forecart backtest`
reports them and of the CPU seconds of the whole process: neither can be less than the CPU seconds
of the fit, and a busy machine lengthens only the first. Both sides are scored on the series that
the peer finished, by the rules of benchmarks/m4/score.py. Forecasts stay in FOLDER.

A peer may use 600 CPU seconds on a group; series it does not reach are missing from its count.
Without Rscript and its package R is left out, and stderr says so."""

import csv
import json
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "m4"))
import r_peer
import score

HERE = Path(__file__).parent
GROUPS = {"Hourly": 48, "Weekly": 13}  # horizons
EVERY = {"Hourly": 50, "Weekly": 1}
CPU_LIMIT = 600


@dataclass
class Setting:
    """Where everything lies, and the commands of the peers by name."""
    forecart: str
    shared: Path
    folder: Path
    peers: dict


@dataclass
class Official:
    """Values of the sampled series by unique_id, as M4 has them."""
    train: dict
    test: dict
    naive2: dict
    season: int

    def errors(self, forecasts):
        """sMAPE, MASE and OWA over the series that are forecast."""
        test = {name: self.test[name] for name in forecasts}
        naive2 = {name: self.naive2[name] for name in forecasts}
        smape, mase = score.scores(forecasts, test, self.train, self.season)
        smape2, mase2 = score.scores(naive2, test, self.train, self.season)
        return {"smape": smape, "mase": mase, "owa": (smape / smape2 + mase / mase2) / 2}


def note(text):
    print(f"auto_arima: {text}", file=sys.stderr)


def sample(shared, group):
    """(training rows, test rows) of the sampled series, as lists by unique_id."""
    parts = []
    for part in ("train", "test"):
        path = shared / f"data/long/m4_{group.lower()}_{part}.csv.zst"
        text = subprocess.run(["zstd", "-dc", path], capture_output=True, text=True, check=True)
        rows = {}
        for row in csv.DictReader(text.stdout.splitlines()):
            if (int(row["unique_id"][1:]) - 1) % EVERY[group] == 0:
                rows.setdefault(row["unique_id"], []).append(row)
        parts.append(rows)
    return parts


def write_table(path, rows):
    with open(path, "w", newline="") as file:
        writer = csv.DictWriter(file, ["unique_id", "ds", "y"])
        writer.writeheader()
        writer.writerows(rows)
    return path


def children_cpu():
    """CPU seconds of all processes that this one started and saw end."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def backtest(setting, rows, horizon):
    """Our fit on all but the last `horizon` rows of one series: (seconds, forecast)."""
    table = write_table(setting.folder / "series.csv", rows)
    output = setting.folder / "series_forecast.csv"
    start = children_cpu()
    answer = subprocess.run(
        [setting.forecart, "backtest", table, "--model", "AutoARIMA", "--threads", "1",
         "--h", str(horizon), "--n-windows", "1", "--json", "-o", output],
        capture_output=True, text=True)
    process_seconds = children_cpu() - start
    if answer.returncode not in (0, 3):  # 3: done, with a named fallback
        sys.exit(f"auto_arima: {answer.stderr}")
    fit_seconds = json.loads(answer.stdout)["scores"][0]["fit_seconds"]
    with open(output, newline="") as file:
        forecast = [float(row["AutoARIMA"]) for row in csv.DictReader(file)]
    return min(fit_seconds, process_seconds), forecast


def ours(setting, train, test, horizon):
    """Our result of each series, like a peer's."""
    done = {}
    for name, rows in train.items():
        runs = [backtest(setting, rows + test[name], horizon) for _ in range(3)]
        done[name] = {"fit_seconds": min(seconds for seconds, _ in runs), "forecast": runs[0][1]}
    return done


def limit_cpu():
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_LIMIT, CPU_LIMIT))


def run_peer(command, path):
    """What a peer said of each series until it ended or its time was up."""
    with open(path, "w") as file:
        status = subprocess.run(command, stdout=file, env=r_peer.environment(),
                                preexec_fn=limit_cpu).returncode
    if status:
        note(f"{command[0]} {Path(command[1]).name} ended with status {status}")
    return [json.loads(line) for line in path.read_text().splitlines()]


def scored(results, names, official):
    """Mean seconds and the errors of a method over the series of these names."""
    errors = official.errors({name: results[name]["forecast"] for name in names})
    return {"seconds": sum(results[name]["fit_seconds"] for name in names) / len(names)} | errors


def compare(lines, own, official):
    """A peer's figures beside ours, over the series that the peer finished."""
    done = {line["unique_id"]: line for line in lines if "error" not in line}
    for line in lines:
        if "error" in line:
            note(f"{line['peer']} fails on {line['unique_id']}: {line['error']}")
    result = {"peer": lines[0]["peer"], "solved": len(done)}
    if done:
        result |= {"theirs": scored(done, list(done), official),
                   "ours": scored(own, list(done), official)}
    return result


def load_official(shared, group):
    names = f"{group}-train", f"{group}-test", f"forecast-Naive2-{group}"
    return Official(*(score.official(shared / "data", name) for name in names), score.SEASON[group])


def run_group(setting, group, horizon):
    train, test = sample(setting.shared, group)
    official = load_official(setting.shared, group)
    note(f"{group}, {len(train)} series")
    own = ours(setting, train, test, horizon)
    (setting.folder / f"{group}_forecart.json").write_text(json.dumps(own))
    table = write_table(setting.folder / f"{group}.csv", sum(train.values(), []))
    fits = []
    for name, command in setting.peers.items():
        note(f"{group}, {name}")
        lines = run_peer([*command, table, str(official.season), str(horizon)],
                         setting.folder / f"{group}_{name}.jsonl")
        if lines:
            fits.append(compare(lines, own, official))
    return {"group": group, "series": len(train), "horizon": horizon, "fits": fits}


def main(forecart, shared, folder):
    folder.mkdir(parents=True, exist_ok=True)
    peers = {"R": ["Rscript", HERE / "auto_arima.R"],
             "statsforecast": [sys.executable, HERE / "auto_arima_statsforecast.py"]}
    if not r_peer.found("forecast"):
        del peers["R"]
    setting = Setting(forecart, shared, folder, peers)
    print(json.dumps([run_group(setting, group, horizon)
                      for group, horizon in GROUPS.items()], indent=1))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
