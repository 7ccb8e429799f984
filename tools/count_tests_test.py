#!/usr/bin/env python3
"""count_tests.py counts what ran, what said it skips, and takes everything else for a failure."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path

import count_tests

PASSED = '<testcase name="a" status="run"/>'
FAILED = ('<testcase name="b" status="fail"><failure/>'
          '<system-out>expected 1\nAborted</system-out></testcase>')
SKIPPED = ('<testcase name="c" status="notrun">'
           '<skipped message="SKIP_REGULAR_EXPRESSION_MATCHED"/></testcase>')
EXIT_77 = '<testcase name="d" status="notrun"><skipped message="SKIP_RETURN_CODE=77"/></testcase>'
NOT_FOUND = ('<testcase name="e" status="notrun">'
             '<skipped message="Unable to find executable"/></testcase>')
DISABLED = '<testcase name="f" status="disabled"/>'


def count(report):
    with tempfile.NamedTemporaryFile("w", suffix=".xml") as file:
        Path(file.name).write_text(report)
        output = io.StringIO()
        with contextlib.redirect_stdout(output), contextlib.redirect_stderr(io.StringIO()):
            status = count_tests.main(file.name)
    return status, output.getvalue().splitlines()


class CountTests(unittest.TestCase):
    def expect(self, cases, status, line):
        actual, shown = count(f"<testsuite>{''.join(cases)}</testsuite>")
        self.assertEqual((actual, shown[-1]), (status, line))

    def test_skips_do_not_fail(self):
        self.expect([PASSED, PASSED, SKIPPED, EXIT_77], 0, "2 passed, 0 failed, 2 skipped")

    def test_failures_fail(self):
        self.expect([PASSED, FAILED], 1, "1 passed, 1 failed, 0 skipped")

    def test_failures_show_their_last_lines(self):
        _, shown = count(f"<testsuite>{PASSED}{FAILED}</testsuite>")
        self.assertEqual(shown[:-1], ["FAILED b", "    expected 1", "    Aborted"])

    def test_a_test_that_could_not_start_has_failed(self):
        self.expect([PASSED, NOT_FOUND, DISABLED], 1, "1 passed, 2 failed, 0 skipped")

    def test_no_test_at_all_fails(self):
        self.expect([], 1, "0 passed, 0 failed, 0 skipped")
        self.expect([SKIPPED], 1, "0 passed, 0 failed, 1 skipped")

    def test_a_broken_report_fails(self):
        self.assertEqual(count("<testsuite>"), (1, ["0 passed, 0 failed, 0 skipped"]))


if __name__ == "__main__":
    unittest.main()
