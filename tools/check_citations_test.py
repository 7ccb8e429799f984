#!/usr/bin/env python3
"""check_citations.py finds a key without an entry, alone or behind another one."""

import contextlib
import io
import tempfile
import unittest
from pathlib import Path

import check_citations

BIBLIOGRAPHY = "@article{Jones1980,\n}\n\n@book{Tukey1977,\n}\n"


def check(line):
    """(exit status, what was printed) for a tree with one source of that line."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        (root / "docs").mkdir()
        (root / "src").mkdir()
        (root / "docs/references.bib").write_text(BIBLIOGRAPHY)
        (root / "src/x.cpp").write_text(line)
        output = io.StringIO()
        with contextlib.redirect_stdout(output):
            return check_citations.main(root), output.getvalue()


class CheckCitations(unittest.TestCase):
    def test_known_keys_pass(self):
        for line in ("// [Jones1980 eq. 3]", "// [Tukey1977; Jones1980, table 1]", "x[Lag2000()]"):
            self.assertEqual(check(line), (0, ""), line)

    def test_unknown_keys_are_named(self):
        for line in ("// [Jones1981 eq. 3]", "// [Tukey1977; Jones1981]", "// [Jones1981]"):
            self.assertEqual(
                check(line), (1, "src/x.cpp:1: no entry Jones1981 in docs/references.bib\n"), line)


if __name__ == "__main__":
    unittest.main()
