#!/usr/bin/env python3
"""Every `[Key ...]` of a source or a page of docs/ has its entry in docs/references.bib.

    check_citations.py [ROOT]      prints `file:line: no entry Key`, exit 1 if one is missing"""

import re
import sys
from pathlib import Path

BRACKET = re.compile(r"\[([^\[\]\n]*)\]")
KEY = re.compile(r"(?:^|; )([A-Z][A-Za-z]+[12][0-9]{3}[a-z]?)(?=$|[ ,;])")


def cited(path):
    """(line, key) of each citation of a file."""
    for number, line in enumerate(path.read_text().splitlines(), 1):
        for bracket in BRACKET.findall(line):
            yield from ((number, key) for key in KEY.findall(bracket))


def main(root):
    known = set(re.findall(r"^@\w+\{(\w+),", (root / "docs/references.bib").read_text(), re.M))
    files = [path for top, kind in (("src", "*.h"), ("src", "*.cpp"), ("docs", "*.md"))
             for path in sorted((root / top).rglob(kind))]
    missing = [(path, line, key) for path in files for line, key in cited(path) if key not in known]
    for path, line, key in missing:
        print(f"{path.relative_to(root)}:{line}: no entry {key} in docs/references.bib")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
