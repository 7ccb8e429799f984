#!/usr/bin/env python3
"""Lays what benchmarks/peers/run left in FOLDER side by side, as Markdown tables: per protocol the
errors and seconds of each peer beside ours, and how many times faster ours is.

    compare.py FOLDER       exit 1 where ingest of both sides counts different rows

Reads study.json, ingest_peer.jsonl, and where the program was there forecart_{A,B,S}.json (the
output of `forecart backtest --json`) and ingest_ours.jsonl."""

import json
import statistics
import sys
from pathlib import Path

PROTOCOLS = {"A": "last 120 h", "B": "8 origins x 24 h, 24-31 December",
             "S": "one step ahead over the last 20 %"}
COUNTS = ("rows_read", "rows_accepted", "rows_rejected", "exact_duplicates")


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


def protocol_rows(peers, backtest):
    """A row per peer beside our model of the same kind, then our models that have no peer."""
    ours = {score["model"]: score for score in backtest["scores"]} if backtest else {}
    rows = []
    for peer in peers:
        own = ours.get(peer["ours"], {})
        rows.append([
            peer["model"], f"{peer['mae']:.3f}", seconds(peer["fit_seconds"]), peer["ours"],
            f"{own['mae']:.3f}" if own else "-", seconds(own.get("fit_seconds")),
            ratio(peer["fit_seconds"], own.get("fit_seconds")),
            ratio(peer["forecast_seconds"], own.get("forecast_seconds"))])
    for name in ours.keys() - {peer["ours"] for peer in peers}:
        rows.append(["-", "-", "-", name, f"{ours[name]['mae']:.3f}",
                     seconds(ours[name]["fit_seconds"]), "-", "-"])
    return rows


def print_protocols(folder, study):
    head = ["peer", "MAE", "fit s", "ours", "MAE", "fit s", "fit faster", "forecast faster"]
    for protocol, meaning in PROTOCOLS.items():
        peers = [score for score in study["scores"] if score["protocol"] == protocol]
        backtest = load(folder / f"forecart_{protocol}.json")
        print(f"\n### Protocol {protocol}: {meaning}\n")
        print(table(head, protocol_rows(peers, backtest)))


def print_ingest(peer, ours):
    """The medians of ingest; true unless both are there and count different rows."""
    middle = statistics.median(run["seconds"] for run in peer)
    row = ["DuckDB script", f"{middle:.3f}", "-", "-"]
    if ours:
        own = statistics.median(run["seconds"] for run in ours)
        row[2:] = [f"{own:.3f}", f"{own / middle:.2f}"]
    print("\n### Ingest of the twelve files\n")
    print(table(["peer", "s inside", "ours s with start", "ours / peer"], [row]))
    if not ours:
        return True
    differing = [name for name in COUNTS if peer[0][name] != ours[0]["result"][name]]
    for name in differing:
        print(f"\nDIFFERENT {name}: {peer[0][name]} and ours {ours[0]['result'][name]}")
    return not differing


def main(folder):
    study = load(folder / "study.json")
    print("Peers: " + ", ".join(f"{name} {version}" for name, version in study["versions"].items()))
    spent = study["seconds"]
    print(f"\npandas reads the files in {spent['read']:.3f} s and cleans them in "
          f"{spent['clean']:.3f} s (n {study['data']['n']}, mean {study['data']['mean']:.6f}).")
    print_protocols(folder, study)
    same = print_ingest(load_lines(folder / "ingest_peer.jsonl"),
                        load_lines(folder / "ingest_ours.jsonl"))
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
