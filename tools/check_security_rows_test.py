#!/usr/bin/env python3
"""check_security_rows.py passes rows with real tests and names each fault of others."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path

import check_security_rows

TEST = "TEST(Guard, Holds) {}\nTEST_F(\n    Guard, Waits) {}\nRC_GTEST_PROP(Text, Comes, (int)) {}\n"
GOOD = ("| 2.1.1 | long passwords | met | counted | `src/a_test.cpp: Guard.Holds, Text.Comes` |",
        "| 3.1.1 | no tokens | in part | some | see `src/a_test.cpp: Guard.Waits`, `tests/b.py: who` |",
        "| 4.1.1 | more | not met | nobody did it | |")
COUNTS = "3 rows: 1 met, 1 in part, 1 not met, 0 not applicable."


def check(*rows, counts=COUNTS):
    """(exit status, what was printed) for a page of these rows."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        for place in ("docs", "src", "tests"):
            (root / place).mkdir()
        (root / "src/a_test.cpp").write_text(TEST)
        (root / "tests/b.py").write_text("expect('who')\n")
        (root / "docs/security.md").write_text("\n".join((counts,) + rows) + "\n")
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            return check_security_rows.main(root), output.getvalue()


class CheckSecurityRows(unittest.TestCase):
    def test_rows_with_tests_pass(self):
        self.assertEqual(check(*GOOD), (0, ""))

    def test_faults_are_named(self):
        for cells, fault in (
                ("met | counted | `src/a_test.cpp: Guard.Hold`", "src/a_test.cpp has no Guard.Hold"),
                ("met | counted | `src/a_test.cpp: Holds`", "src/a_test.cpp has no Holds"),
                ("met | counted | `src/c_test.cpp: Guard.Holds`", "there is no src/c_test.cpp"),
                ("met | counted | `tests/b.py: nobody`", "tests/b.py has no nobody"),
                ("met | counted | believe me", "met, but no test is named"),
                ("in part | counted | ", "in part, but no test is named"),
                ("perhaps | counted | ", "'perhaps' is none of: met, in part, not met, not applicable"),
                ("not met | | ", "a row has five cells, and none but the last may be empty")):
            status, text = check(f"| 2.1.1 | long | {cells} |", *GOOD[1:])
            self.assertEqual(status, 1, cells)
            self.assertIn(f"docs/security.md:2: 2.1.1: {fault}\n", text)

    def test_numbers_are_once_and_counted(self):
        status, text = check(GOOD[0], GOOD[0])
        self.assertEqual(status, 1)
        self.assertIn("docs/security.md:3: 2.1.1 stands twice\n", text)
        self.assertIn("should say: 2 rows: 2 met, 0 in part, 0 not met, 0 not applicable\n", text)


if __name__ == "__main__":
    unittest.main()
