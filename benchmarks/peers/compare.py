#!/usr/bin/env python3
"""Lays what benchmarks/peers/run left in FOLDER side by side, as Markdown tables: seconds and errors
of each peer beside ours, how many times faster ours is, and whether that reaches the goal.

    compare.py FOLDER       exit 1 where the two sides count rows differently, a SARIMA fit of ours
                            stops below the best peer's log-likelihood, or AutoETS of ours above the
                            best peer's AICc; a missed goal is only said

Reads what is there of study.json with forecart_{A,B,S}.jsonl (`forecart backtest --json`, once per
line), ingest_peer.jsonl with ingest_ours.jsonl, run.jsonl, fits.json with sarima.json and ets.json
with smoothing.json (Google Benchmark), lstm.json, start.json and auto_arima.json. Of repeated runs
the quickest counts, for ingest and start the median."""

import json
import statistics
import sys
from pathlib import Path

PROTOCOLS = {"A": "last 120 h", "B": "8 origins x 24 h, 24-31 December",
             "S": "one step ahead over the last 20 %"}
COUNTS = ("rows_read", "rows_accepted", "rows_rejected", "exact_duplicates")
ETS_GOAL = 10
SAME_OPTIMUM = 0.01  # nats; R starts diffuse, which moves its log-likelihood by some thousandths
INGEST_GOAL = 1.5    # ours at most this many times the peer's seconds
RUN_GOAL = 20        # seconds of the whole line on the real year
UPDATE_GOAL = 1000
AUTO_ARIMA_GOALS = {("Hourly", "R"): 100, ("Hourly", "statsforecast"): 100, ("Weekly", "R"): 10}
LSTM_GOALS = {  # times as fast as each peer, by the start of its name
    "Debian PyTorch": {"net_train_A": 6, "net_train_B": 2, "net_train_C": 2.3,
                       "net_infer_A": 4, "net_infer_B": 2.5, "net_infer_C": 2.5},
    "oneDNN": {"net_train_A": 1.2, "net_train_B": 1, "net_train_C": 1},
}
START_GOAL = 30   # milliseconds from the start of the process to the forecast of a saved model
SGEMM_GOAL = .85  # of the core's matrix product in the same run


def fit_goal(name):
    """Times faster than the quickest peer at the same optimum: short, season 24, the whole year."""
    if name.startswith("orders_8643"):
        return 800
    return 100 if name.startswith(("m4", "orders")) else 50


class Goals:
    """Counts goals met, and keeps the names of those missed."""

    def __init__(self):
        self.met, self.missed = 0, []

    def verdict(self, name, reached):
        if not reached:
            self.missed.append(name)
            return "no"
        self.met += 1
        return "yes"

    def summary(self):
        text = f"Goals met: {self.met} of {self.met + len(self.missed)}."
        return text + (f" Missed: {', '.join(self.missed)}." if self.missed else "")


def load(path):
    return json.loads(path.read_text()) if path.exists() else None


def load_lines(path):
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def ratio(theirs, ours):
    """How many times faster ours is, with two digits that carry meaning."""
    if ours is None or ours <= 0:
        return "-"
    times = theirs / ours
    return f"{times:.0f}x" if times >= 10 else f"{times:.1f}x"


def seconds(value):
    return "-" if value is None else f"{value:.4g}"


def table(head, rows):
    lines = ["| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows]]
    return "\n".join(lines)


def section(title, head, rows):
    print(f"\n### {title}\n\n{table(head, rows)}")


def quickest(backtests):
    """Our scores by model, with the smallest seconds among repeated runs."""
    ours = {}
    for backtest in backtests:
        for score in backtest["scores"]:
            known = ours.setdefault(score["model"], dict(score))
            for name in ("fit_seconds", "forecast_seconds"):
                known[name] = min(known[name], score[name])
    return ours


def protocol_rows(peers, backtests):
    """A row per peer beside our model of the same kind, then our models that have no peer."""
    ours = quickest(backtests)
    rows = []
    for peer in peers:
        own = ours.get(peer["ours"], {})
        rows.append([
            peer["model"], f"{peer['mae']:.3f}", seconds(peer["fit_seconds"]), peer["ours"],
            f"{own['mae']:.3f}" if own else "-", seconds(own.get("fit_seconds")),
            ratio(peer["fit_seconds"], own.get("fit_seconds")),
            ratio(peer["forecast_seconds"], own.get("forecast_seconds"))])
    for name in sorted(ours.keys() - {peer["ours"] for peer in peers}):
        rows.append(["-", "-", "-", name, f"{ours[name]['mae']:.3f}",
                     seconds(ours[name]["fit_seconds"]), "-", "-"])
    return rows


def print_protocols(folder, study):
    head = ["peer", "MAE", "fit s", "ours", "MAE", "fit s", "fit faster", "forecast faster"]
    for protocol, meaning in PROTOCOLS.items():
        peers = [score for score in study["scores"] if score["protocol"] == protocol]
        backtests = load_lines(folder / f"forecart_{protocol}.jsonl")
        section(f"Protocol {protocol}: {meaning}", head, protocol_rows(peers, backtests))


def benchmark_times(path):
    """Google Benchmark's rows by name, their CPU time in seconds; None where there are none."""
    result = load(path)
    if result is None:
        return None
    unit = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}
    return {row["name"]: row | {"seconds": row["cpu_time"] * unit[row["time_unit"]]}
            for row in result["benchmarks"]}


def fit_rows(case, own, goals):
    """A row per peer; the goal stands beside the quickest that reaches our optimum."""
    solved = [fit for fit in case["fits"] if "error" not in fit]
    reaching = [fit for fit in solved if fit["loglik"] > own["loglik"] - SAME_OPTIMUM]
    rival = min(reaching, key=lambda fit: fit["seconds"], default=None)
    for fit in solved:
        goal = verdict = "-"
        if fit is rival:
            goal = f"{fit_goal(case['name'])}x"
            reached = fit["seconds"] / own["seconds"] >= fit_goal(case["name"])
            verdict = goals.verdict(f"fit of {case['name']}", reached)
        yield [case["name"], fit["peer"], seconds(fit["seconds"]), f"{fit['loglik']:.3f}",
               f"{own['seconds']:.3g}", f"{own['loglik']:.3f}",
               ratio(fit["seconds"], own["seconds"]), goal, verdict]
    for fit in case["fits"]:
        if "error" in fit:
            yield [case["name"], fit["peer"], "fails", "-", f"{own['seconds']:.3g}",
                   f"{own['loglik']:.3f}", "-", "-", "-"]


def print_fits(cases, times, goals):
    """True if no fit of ours ends below the best peer's optimum."""
    head = ["case", "peer", "fit s", "log-likelihood", "ours s", "log-likelihood", "faster", "goal",
            "met"]
    rows, worse = [], []
    for case in cases:
        own = times[f"fit/{case['name']}"]
        rows += fit_rows(case, own, goals)
        best = max(fit["loglik"] for fit in case["fits"] if "error" not in fit)
        if own["loglik"] < best - SAME_OPTIMUM:
            worse.append(f"{case['name']}: {own['loglik']:.3f} and a peer {best:.3f}")
    section("SARIMA with fixed orders (CPU seconds; goal against the quickest at our optimum)", head,
            rows)
    for text in worse:
        print(f"\nWORSE OPTIMUM {text}")
    return not worse


def print_ets(cases, times, goals):
    """True if no choice of ours ends above the best peer's AICc."""
    rows, worse = [], []
    for case in cases:
        own = times[f"auto_ets/{case['name']}"]
        for fit in case["fits"]:
            rows.append([case["name"], fit["peer"], fit["model"], f"{fit['seconds']:.3f}",
                         f"{fit['aicc']:.2f}", f"{own['seconds']:.4f}", f"{own['aicc']:.2f}",
                         ratio(fit["seconds"], own["seconds"])])
        best = min(fit["aicc"] for fit in case["fits"])
        if own["aicc"] > best + 2 * SAME_OPTIMUM:
            worse.append(f"{case['name']}: AICc {own['aicc']:.3f} and a peer {best:.3f}")
    mine = sum(times[f"auto_ets/{case['name']}"]["seconds"] for case in cases)
    for i, fit in enumerate(cases[0]["fits"]):
        theirs = sum(case["fits"][i]["seconds"] for case in cases)
        met = goals.verdict(f"AutoETS against {fit['peer']}", theirs >= ETS_GOAL * mine)
        rows.append(["all", fit["peer"], f"goal {ETS_GOAL}x, met: {met}", f"{theirs:.3f}", "-",
                     f"{mine:.4f}", "-", ratio(theirs, mine)])
    section("AutoETS, season 24 (CPU seconds of the whole choice; less AICc is better)",
            ["case", "peer", "its form", "fit s", "AICc", "ours s", "AICc", "faster"], rows)
    for text in worse:
        print(f"\nWORSE OPTIMUM {text}")
    return not worse


def print_updates(case, times, goals):
    own = times[f"update/{case['name']}"]["seconds"]
    rows = [[peer, seconds(theirs), f"{own:.2g}", ratio(theirs, own), f"{UPDATE_GOAL}x",
             goals.verdict(f"update against {peer}", theirs / own >= UPDATE_GOAL)]
            for peer, theirs in case["updates"].items()]
    section(f"One more observation into the state, after {case['name']}",
            ["peer", "s", "ours s", "faster", "goal", "met"], rows)


def auto_arima_row(group, fit, goals):
    """A peer beside ours on the series it finished; a goal asks for the better OWA as well."""
    row = [group["group"], fit["peer"], f"{fit['solved']} of {group['series']}"]
    if not fit["solved"]:
        return row + ["-"] * 7
    theirs, own = fit["theirs"], fit["ours"]
    goal = AUTO_ARIMA_GOALS.get((group["group"], fit["peer"].split()[0]))
    reached = goal and theirs["seconds"] >= goal * own["seconds"] and own["owa"] < theirs["owa"]
    verdict = "-"
    if goal:
        verdict = goals.verdict(f"AutoARIMA {group['group']} against {fit['peer']}", reached)
    return row + [seconds(theirs["seconds"]), f"{theirs['owa']:.3f}", seconds(own["seconds"]),
                  f"{own['owa']:.3f}", ratio(theirs["seconds"], own["seconds"]),
                  f"{goal}x" if goal else "-", verdict]


def print_auto_arima(groups, goals):
    section("AutoARIMA on M4, every fiftieth hourly series and all weekly ones, h = "
            + " and ".join(f"{group['horizon']} {group['group'].lower()}" for group in groups)
            + " (seconds a series; the goal asks for a better OWA as well)",
            ["group", "peer", "series", "fit s", "OWA", "ours s", "OWA", "faster", "goal", "met"],
            [auto_arima_row(group, fit, goals) for group in groups for fit in group["fits"]])


def lstm_row(lstm, peer, name, goals):
    own, theirs = lstm["rates"][lstm["ours"]][name], lstm["rates"][peer][name]
    memory, task = lstm["peak_mib"], name[-1]
    goal = next((wanted[name] for start, wanted in LSTM_GOALS.items()
                 if peer.startswith(start) and name in wanted), None)
    return [peer, name, f"{theirs:.0f}", f"{own:.0f}", f"{own / theirs:.2f}x",
            f"{goal}x" if goal else "-",
            goals.verdict(f"{name} beside {peer}", own >= goal * theirs) if goal else "-",
            f"{memory[peer][task]:.0f}", f"{memory[lstm['ours']][task]:.0f}"]


def print_lstm(lstm, goals):
    rows = [lstm_row(lstm, peer, name, goals)
            for peer, rates in lstm["rates"].items() if peer != lstm["ours"] for name in rates]
    section(f"Networks beside PyTorch and oneDNN, one thread, {lstm['ours']} (A: hidden 50, window "
            "24, batch 32; B: hidden 128, window 168, batch 256, 8 inputs; C: two layers of 64, "
            "window 48, batch 64)",
            ["peer", "task", "its windows/s", "ours", "faster", "goal", "met", "its peak MiB",
             "ours"], rows)
    name, peak = next(iter(lstm["sgemm_gflops"].items()))
    rows = [[task, f"{value:.0f}", f"{value / peak:.2f}", str(SGEMM_GOAL),
             goals.verdict(f"{task} of sgemm", value >= SGEMM_GOAL * peak)]
            for task, value in lstm["gflops"].items()]
    section(f"Share of the core's {name}, {peak:.0f} GFLOP/s",
            ["task", "GFLOP/s", "share", "goal", "met"], rows)


def print_start(start, goals):
    own = start["ours"]
    reached = goals.verdict("start", own["median_ms"] <= START_GOAL)
    rows = [[name, f"{times['median_ms']:.1f}", f"{times['p95_ms']:.1f}",
             f"{times['processor_ms']:.1f}", ratio(times["median_ms"], own["median_ms"]),
             str(START_GOAL) if times is own else "-", reached if times is own else "-"]
            for name, times in [("forecart", own), *start["peers"].items()]]
    section("From the start of the process to the forecast of a saved network (milliseconds)",
            ["", "median", "95 %", "processor", "forecart faster", "goal", "met"], rows)


def print_ingest(peer, ours, goals):
    """Medians of ingest; true unless both are there and count different rows."""
    rows = []
    for label, name in (("inside", "seconds"), ("whole process", "whole_seconds")):
        theirs = statistics.median(run[name] for run in peer)
        row = [label, f"{theirs:.3f}", "-", "-", f"{INGEST_GOAL}", "-"]
        if ours:
            own = statistics.median(run[name] for run in ours)
            reached = own <= INGEST_GOAL * theirs
            row[2:] = [f"{own:.3f}", f"{own / theirs:.2f}", f"{INGEST_GOAL}",
                       goals.verdict(f"ingest {label}", reached)]
        rows.append(row)
    section("Ingest of the twelve files (wall-clock, median)",
            ["seconds", "DuckDB script", "ours", "ours / peer", "at most", "met"], rows)
    if not ours:
        return True
    differing = [name for name in COUNTS if peer[0][name] != ours[0][name]]
    for name in differing:
        print(f"\nDIFFERENT {name}: {peer[0][name]} and ours {ours[0][name]}")
    return not differing


def print_run(study, runs, goals):
    """The whole line beside what the peers spent on the like: reading, cleaning, protocol B."""
    own = min(run["whole_seconds"] for run in runs)
    spent = study["seconds"]["read"] + study["seconds"]["clean"]
    for score in study["scores"]:
        if score["protocol"] == "B" and score["model"] in ("SARIMA statsmodels exact",
                                                           "LSTM PyTorch"):
            spent += score["fit_seconds"] + score["forecast_seconds"]
    reached = goals.verdict("whole run", own <= RUN_GOAL)
    section("`forecart run` on the real year, start included",
            ["ours s", "goal s", "met", "pandas, statsmodels exact and PyTorch, protocol B, s",
             "faster"], [[f"{own:.2f}", str(RUN_GOAL), reached, f"{spent:.1f}", ratio(spent, own)]])


def print_study(folder, study):
    print("Peers: " + ", ".join(f"{name} {version}" for name, version in study["versions"].items()))
    spent = study["seconds"]
    print(f"\npandas reads the files in {spent['read']:.3f} s and cleans them in "
          f"{spent['clean']:.3f} s (n {study['data']['n']}, mean {study['data']['mean']:.6f}).")
    print_protocols(folder, study)


def main(folder):
    goals, sound = Goals(), True
    study = load(folder / "study.json")
    if study:
        print_study(folder, study)
    cases, times = load(folder / "fits.json"), benchmark_times(folder / "sarima.json")
    if cases and times:
        sound = print_fits(cases, times, goals)
        print_updates(cases[-1], times, goals)
    cases, times = load(folder / "ets.json"), benchmark_times(folder / "smoothing.json")
    if cases and times:
        sound &= print_ets(cases, times, goals)
    if groups := load(folder / "auto_arima.json"):
        print_auto_arima(groups, goals)
    if lstm := load(folder / "lstm.json"):
        print_lstm(lstm, goals)
    if start := load(folder / "start.json"):
        print_start(start, goals)
    if peer := load_lines(folder / "ingest_peer.jsonl"):
        sound &= print_ingest(peer, load_lines(folder / "ingest_ours.jsonl"), goals)
    if study and (runs := load_lines(folder / "run.jsonl")):
        print_run(study, runs, goals)
    print(f"\n{goals.summary()}")
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
