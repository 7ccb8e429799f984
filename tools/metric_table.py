#!/usr/bin/env python3
"""The metrics of src/monitoring/metric.cpp as rows of the table in docs/monitoring.md.

    metric_table.py            prints them
    metric_table.py --check    exit 1 where the page has other rows"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEFINITION = re.compile(
    r'MetricDefinition\{\s*\w+,\s*"(\w+)",\s*(\w+),\s*\w+,\s*((?:"[^"]*"\s*)+),\s*\{([^}]*)\}')


def rows(source):
    """The rows, in the order of the definitions."""
    result = []
    for name, kind, texts, labels in DEFINITION.findall(source):
        told = "".join(re.findall(r'"([^"]*)"', texts))
        shown = ", ".join(re.findall(r'"(\w+)"', labels)) or "-"
        result.append(f"| `{name}` | {kind} | {shown} | {told} |")
    return result


def main(arguments):
    wanted = rows((ROOT / "src/monitoring/metric.cpp").read_text())
    if arguments != ["--check"]:
        print("\n".join(wanted))
        return 0
    page = (ROOT / "docs/monitoring.md").read_text().splitlines()
    found = [line for line in page if line.startswith("| `forecart_")]
    if found == wanted and wanted:
        return 0
    print("docs/monitoring.md has other metrics; put in what tools/metric_table.py prints")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
