#!/usr/bin/env python3
"""Draws docs/picture.svg from the demo's last run: orders by the hour, what the best model said a day
ahead, and the day to come with its intervals.

usage: tools/draw_picture.py [REPOSITORY] > docs/picture.svg      (default build/demo/shop)
"""
import csv
import json
import sys
from pathlib import Path

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 960, 320, 46, 30, 34


def read(path, panel):
    with open(path, encoding="utf-8") as file:
        return [row for row in csv.DictReader(file) if row["panel"] == panel]


def path_of(points):
    return "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points)


def main():
    repository = Path(sys.argv[1] if len(sys.argv) > 1 else "build/demo/shop")
    run = json.loads((repository / "current/orders.json").read_text(encoding="utf-8"))["run"]
    folder = repository / "runs/orders" / run
    model = read(folder / "leaderboard.csv", "hourly")[0]["model"]
    past = read(folder / "backtest.csv", "hourly")[-6 * 24:]
    ahead = read(folder / "forecasts.csv", "hourly")
    top = max(float(row["y"]) for row in past)
    top = max([top] + [float(row[f"{model}-hi-95"]) for row in ahead]) * 1.05
    count = len(past) + len(ahead)

    def at(i, value):
        return (LEFT + (WIDTH - LEFT - 10) * i / (count - 1),
                HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * float(value) / top)

    def band(level):
        rows = list(enumerate(ahead, len(past)))
        upper = [at(i, row[f"{model}-hi-{level}"]) for i, row in rows]
        lower = [at(i, row[f"{model}-lo-{level}"]) for i, row in rows]
        return path_of(upper + lower[::-1]) + "Z"

    def line(points, colour, width):
        return f'<path d="{path_of(points)}" fill="none" stroke="{colour}" stroke-width="{width}"/>'

    now = at(len(past) - .5, 0)[0]
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="12" fill="#444">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text x="{LEFT}" y="18" font-size="14">Order lines per hour: what came (grey), what '
        f'{model} said a day ahead (blue), and the day to come with its 80 and 95 % intervals</text>',
    ]
    for share in (0, .5, 1):
        _, y = at(0, share * top)
        parts.append(f'<path d="M{LEFT},{y:.1f}H{WIDTH - 10}" stroke="#e4e4e4"/>')
        parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{share * top:.0f}</text>')
    for i in range(0, len(past), 24):
        x, _ = at(i, 0)
        parts.append(f'<text x="{x:.1f}" y="{HEIGHT - 10}">{past[i]["ds"][:10]}</text>')
    parts.append(f'<text x="{now:.1f}" y="{HEIGHT - 10}">{ahead[0]["ds"][:10]}</text>')
    parts.append(f'<path d="M{now:.1f},{TOP}V{HEIGHT - BOTTOM}" stroke="#999" stroke-dasharray="4 3"/>')
    parts.append(f'<path d="{band(95)}" fill="#1f6fb2" fill-opacity=".15"/>')
    parts.append(f'<path d="{band(80)}" fill="#1f6fb2" fill-opacity=".25"/>')
    parts.append(line([at(i, row["y"]) for i, row in enumerate(past)], "#888", 1.4))
    said = [at(i, row[model]) for i, row in enumerate(past + ahead)]
    parts.append(line(said, "#1f6fb2", 1.8))
    parts.append("</svg>")
    print("\n".join(parts))


if __name__ == "__main__":
    main()
