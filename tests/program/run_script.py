#!/usr/bin/env python3
"""Plays one whole-program test (format: README.md beside this file). Exit 77 means skipped."""
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path


class Failed(Exception):
    """A line of the script that does not hold."""


def unescape(text):
    parts = re.split(r"\\x([0-9A-Fa-f]{2})", text)
    return b"".join(
        bytes([int(part, 16)]) if i % 2 else part.encode() for i, part in enumerate(parts)
    )


def pick(value, path):
    """The value at a path like scores[model=LSTM].mae or datasets.0.uploads."""
    for part in re.findall(r"\[[^\]]*\]|[^.\[]+", path):
        if part.startswith("["):
            key, wanted = part[1:-1].split("=", 1)
            value = next(item for item in value if str(item[key]) == wanted)
        else:
            value = value[int(part)] if isinstance(value, list) else value[part]
    return value


def compare(found, operator, wanted):
    if operator == "~":
        return abs(found - wanted) <= 1e-6 * abs(wanted)
    if operator == "<=":
        return found <= wanted
    if operator == ">=":
        return found >= wanted
    if operator == "==":
        return found == wanted
    raise Failed(f"operator {operator} is not known")


class Script:
    def __init__(self, path, folder):
        self.lines = path.read_text(encoding="utf-8").splitlines()
        self.folder = folder
        self.environment = dict(os.environ, SHARED=os.environ.get("FORECART_SHARED", ""),
                                GOLDEN=str(Path(__file__).resolve().parent.parent / "golden"))
        self.result = None
        self.status_checked = True
        self.checks = 0

    def play(self):
        number = 0
        while number < len(self.lines):
            line = self.lines[number]
            number += 1
            try:
                if line.startswith("file "):
                    number = self.write_file(line[5:].strip(), number)
                elif line.strip() and not line.startswith("#"):
                    self.step(line)
            except (Failed, KeyError, IndexError, StopIteration, ValueError, TypeError) as error:
                raise Failed(f"line {number}: {line}\n  {error!r}\n{self.last()}") from error
        self.check_status(0)
        if self.checks == 0:
            raise Failed("the script checks nothing")

    def last(self):
        if self.result is None:
            return ""
        return (f"  exit {self.result.returncode}\n  stdout: {self.result.stdout[-3000:]}\n"
                f"  stderr: {self.result.stderr[-3000:]}")

    def write_file(self, name, number):
        content = []
        while self.lines[number] != "end":
            content.append(self.lines[number])
            number += 1
        target = self.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(b"".join(unescape(line) + b"\n" for line in content))
        return number + 1

    def step(self, line):
        word, _, rest = line.partition(" ")
        if word == "$":
            self.check_status(0)
            self.run(rest)
            return
        self.checks += 1
        if word == "exit":
            self.check_status(int(rest), explicit=True)
        elif word in ("out", "err"):
            text = self.result.stdout if word == "out" else self.result.stderr
            if rest not in text:
                raise Failed(f"not found in std{word}")
        elif word == "out-lines":
            if len(self.result.stdout.splitlines()) != int(rest):
                raise Failed(f"{len(self.result.stdout.splitlines())} lines")
        elif word == "json":
            path, operator, wanted = rest.split(" ", 2)
            found = pick(json.loads(self.result.stdout), path)
            if not compare(found, operator, json.loads(wanted)):
                raise Failed(f"found {found!r}")
        else:
            raise Failed("not a word of this language")

    def run(self, command):
        prelude = f'forecart() {{ "{os.environ["FORECART"]}" "$@"; }}; '
        self.result = subprocess.run(
            ["bash", "-c", prelude + command], cwd=self.folder, env=self.environment, timeout=300,
            capture_output=True, encoding="utf-8", errors="replace", stdin=subprocess.DEVNULL,
            check=False)
        self.status_checked = False

    def check_status(self, wanted, explicit=False):
        if self.status_checked and not explicit:
            return
        self.status_checked = True
        if self.result.returncode != wanted:
            raise Failed(f"exit {self.result.returncode}, wanted {wanted}\n{self.last()}")


def main():
    path = Path(sys.argv[1])
    shared = Path(os.environ.get("FORECART_SHARED", "/nonexistent"))
    if "needs shared" in path.read_text(encoding="utf-8").splitlines():
        if not (shared / "data").is_dir():
            print(f"{path.name}: skipped, no real data at FORECART_SHARED={shared}")
            return 77
    with tempfile.TemporaryDirectory(prefix="forecart-test-") as folder:
        script = Script(path, Path(folder))
        script.lines = [line for line in script.lines if line != "needs shared"]
        try:
            script.play()
        except Failed as error:
            print(f"{path.name}: {error}")
            return 1
    print(f"{path.name}: {script.checks} checks")
    return 0


if __name__ == "__main__":
    sys.exit(main())
