#!/usr/bin/env python3
"""Holds the tree to its floors (docs/architecture.md): a folder of src/ includes strictly lower
floors only, and of those only what the DEPENDS line of its CMakeLists.txt names; a subfolder
(a family of models/) also sees the headers of its parent and of what families share, never another
sibling. Test files may include
what TEST_DEPENDS adds. Every header has #pragma once, every test file a build that picks it up,
and only table/ knows DuckDB.

    check_floors.py [ROOT]      prints `file:line: what is wrong`, exit 1 if anything is"""

import re
import sys
from fnmatch import fnmatch
from pathlib import Path

FLOORS = [
    ["base"], ["math", "table", "net", "monitoring"], ["series", "http"],
    ["models", "hierarchy", "ingest", "store", "services"],
    ["evaluation", "decision", "cost", "aggregates", "access"], ["pipeline"], ["server", "automation", "aws"], ["cli"],
]
SHARED_BY_FAMILIES = {"models/global", "models/net"}
FLOOR = {folder: number for number, floor in enumerate(FLOORS, 1) for folder in floor}
INCLUDE = re.compile(r'\s*#\s*include\s*([<"])([^">]+)')
NOT_CODE = re.compile(r'"(?:\\.|[^"\\])*"|//.*')
TEST_FILE = re.compile(r"(_test|_fuzz|_benchmark)\.(cpp|py|sh)$")
CMAKE_WORDS = {"DEPENDS", "LIBRARIES", "TEST_DEPENDS"}


def folder_of(path, src):
    """The folder a file belongs to, as `models/sarima`: the nearest one with a CMakeLists.txt."""
    where = path.parent
    while where.parent != src and not (where / "CMakeLists.txt").exists():
        where = where.parent
    return where.relative_to(src).as_posix()


def permissions(folder, src):
    """{keyword: names} of the forecart_folder line; nothing where the folder has none."""
    build = src / folder / "CMakeLists.txt"
    line = re.search(r"forecart_folder\(([^)]*)\)", build.read_text() if build.exists() else "")
    words, keyword, named = (line[1].split() if line else []), "", {}
    for word in words:
        keyword = word if word in CMAKE_WORDS else keyword
        named.setdefault(keyword, []).append(word)
    return named


def is_test_file(name):
    """What no library takes: tests, and the headers test_*.h that several of them share."""
    return bool(TEST_FILE.search(name)) or (name.startswith("test_") and name.endswith(".h"))


def include_fault(user, used, is_test, allowed):
    """Why folder `user` may not include folder `used`, or nothing."""
    name, parent = used.replace("/", "_"), user.rpartition("/")[0]
    if used == user or (is_test and name in allowed.get("TEST_DEPENDS", [])):
        return None
    shared = used in SHARED_BY_FAMILIES and parent == "models" and user not in SHARED_BY_FAMILIES
    if used != parent and not shared and FLOOR[used.split("/")[0]] >= FLOOR[user.split("/")[0]]:
        return f"{user} (floor {FLOOR[user.split('/')[0]]}) may not look up or sideways at {used}"
    if allowed and name not in allowed.get("DEPENDS", []):
        return f"{user} includes {used}, which its DEPENDS line does not name"
    return None


def source_faults(path, src):
    """(line, fault) pairs of one source below src/."""
    folder, is_test = folder_of(path, src), is_test_file(path.name)
    allowed = permissions(folder, src)
    for number, line in enumerate(path.read_text().splitlines(), 1):
        include = INCLUDE.match(line)
        file = include[2] if include else ""
        if include and include[1] == '"' and (src / file).exists():
            fault = include_fault(folder, folder_of(src / file, src), is_test, allowed)
            if fault:
                yield number, fault
        elif include and (path.parent / file).exists():
            yield number, f"include {file} from the root of src/"
        if folder != "table" and (file.startswith("duckdb") or
                                  re.search(r"\bduckdb_[a-z]", NOT_CODE.sub("", line))):
            yield number, "only table/ knows DuckDB"


def built_patterns(root):
    """(folder, name pattern) of all files that some CMakeLists.txt names or globs."""
    by_folder = re.findall(r"_(test|fuzz|benchmark)\b", (root / "cmake/folder.cmake").read_text())
    for top in ("src", "tests", "benchmarks"):
        for build in (root / top).rglob("CMakeLists.txt"):
            text = build.read_text()
            for word in re.findall(r'[^\s()"]+\.(?:cpp|py|sh)\b', text):
                file = build.parent / word.replace("${PROJECT_SOURCE_DIR}", str(root))
                yield file.parent, file.name
            if "forecart_folder(" in text:
                yield from ((build.parent, f"*_{kind}.cpp") for kind in by_folder)


def faults(root):
    src, built = root / "src", set(built_patterns(root))
    tops = ("src", "tests", "benchmarks", "tools")
    for path in sorted(p for top in tops for p in (root / top).rglob("*")):
        if path.suffix in (".h", ".cpp"):
            if path.is_relative_to(src):
                for number, fault in source_faults(path, src):
                    yield path, number, fault
            if path.suffix == ".h" and "#pragma once" not in path.read_text():
                yield path, 1, "header without #pragma once"
        if TEST_FILE.search(path.name) and not any(
                path.parent == folder and fnmatch(path.name, name) for folder, name in built):
            yield path, 1, "no build picks up this test file"
    for folder in sorted(p for p in src.iterdir() if p.is_dir() and p.name not in FLOOR):
        yield folder, 0, "stands on no floor; give it one in tools/check_floors.py"


def main(root):
    found = list(faults(root))
    for path, number, fault in found:
        print(f"{path.relative_to(root)}:{number}: {fault}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ".").resolve()))
