#!/usr/bin/env python3
"""Every row of the table in docs/security.md names tests that exist, or says why it has none.

    check_security_rows.py [ROOT]      prints `line: what is wrong`, exit 1 where anything is

A row is | number | what it asks | verdict | how, or why not | `file: name, name` ... |. What is met,
or met in part, names a test; of C++ files a name is Suite.Test, of others a text that stands there."""

import re
import sys
from collections import Counter
from pathlib import Path

PAGE = "docs/security.md"
VERDICTS = ("met", "in part", "not met", "not applicable")
ROW = re.compile(r"\| *(\d+\.\d+\.\d+) *\|")
REFERENCE = re.compile(r"`([^`: ]+/[^`: ]+): ([^`]+)`")
COUNTS = re.compile(r"(\d+) rows: (\d+) met, (\d+) in part, (\d+) not met, (\d+) not applicable")


def tests_of(path):
    """Names of the tests of a C++ file."""
    macro = r"\b(?:TEST|TEST_F|TEST_P|RC_GTEST_PROP)\(\s*(\w+),\s*(\w+)"
    return {f"{suite}.{name}" for suite, name in re.findall(macro, path.read_text())}


def faults_of_reference(root, file, names):
    path = root / file
    if not path.is_file():
        return [f"there is no {file}"]
    wanted = [name.strip() for name in names.split(",")]
    known = tests_of(path) if path.name.endswith("_test.cpp") else path.read_text()
    return [f"{file} has no {name}" for name in wanted if name not in known]


def faults_of_row(root, cells):
    if len(cells) != 5 or not all(cells[:4]):
        return ["a row has five cells, and none but the last may be empty"]
    verdict, tests = cells[2], cells[4]
    if verdict not in VERDICTS:
        return [f"'{verdict}' is none of: {', '.join(VERDICTS)}"]
    references = REFERENCE.findall(tests)
    faults = [fault for file, names in references
              for fault in faults_of_reference(root, file, names)]
    if verdict in ("met", "in part") and not references:
        faults.append(f"{verdict}, but no test is named")
    return faults


def faults_of_counts(text, verdicts):
    said = COUNTS.search(text)
    counted = [len(verdicts)] + [Counter(verdicts)[verdict] for verdict in VERDICTS]
    if said and [int(number) for number in said.groups()] == counted:
        return []
    numbers = "{} rows: {} met, {} in part, {} not met, {} not applicable".format(*counted)
    return [f"1: it should say: {numbers}"]


def main(root):
    text = (root / PAGE).read_text()
    faults, verdicts, seen = [], [], set()
    for line, row in enumerate(text.splitlines(), 1):
        number = ROW.match(row)
        if not number:
            continue
        cells = [cell.strip() for cell in row.strip().strip("|").split("|")]
        if number[1] in seen:
            faults.append(f"{line}: {number[1]} stands twice")
        seen.add(number[1])
        faults += [f"{line}: {number[1]}: {fault}" for fault in faults_of_row(root, cells)]
        verdicts.append(cells[2] if len(cells) > 2 else "")
    faults += faults_of_counts(text, verdicts)
    print("".join(f"{PAGE}:{fault}\n" for fault in faults), end="")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
