#!/usr/bin/env python3
"""Counts the JUnit report of ctest: `N passed, N failed, N skipped`, exit 1 unless some passed and
none failed. A test counts as skipped only when it said so itself (GTEST_SKIP, exit 77); one that
could not be started, or is switched off, has failed. Shows the last lines of what failed."""

import sys
import xml.etree.ElementTree as xml

LINES_SHOWN = 30
SAID_SO = ("SKIP_REGULAR_EXPRESSION_MATCHED", "SKIP_RETURN_CODE")


def outcome(case):
    if case.get("status") == "run":
        return "passed"
    skipped = case.find("skipped")
    message = "" if skipped is None else skipped.get("message", "")
    return "skipped" if message.startswith(SAID_SO) else "failed"


def show_failure(case):
    print(f"FAILED {case.get('name')}")
    for line in case.findtext("system-out", "").splitlines()[-LINES_SHOWN:]:
        print(f"    {line}")


def main(report):
    count = {"passed": 0, "failed": 0, "skipped": 0}
    try:
        cases = list(xml.parse(report).getroot().iter("testcase"))
    except (OSError, xml.ParseError) as error:
        print(f"count_tests: no report of ctest: {error}", file=sys.stderr)
        cases = []
    for case in cases:
        count[outcome(case)] += 1
        if outcome(case) == "failed":
            show_failure(case)
    print(", ".join(f"{number} {word}" for word, number in count.items()))
    return 0 if count["passed"] > 0 and count["failed"] == 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
