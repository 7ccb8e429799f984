#!/usr/bin/env python3
"""Whether a program defends itself as it is shipped.

  check_hardening.py PROGRAM

By readelf: loaded anywhere (PIE), all its links bound before it starts and then read-only, a stack
that is not executable, canaries in its frames and checked copies of memory (_FORTIFY_SOURCE).
Prints what is missing and exits 1.
"""

import subprocess
import sys


def readelf(flag, program):
    return subprocess.run(["readelf", "-W", flag, program], stdout=subprocess.PIPE, text=True,
                          check=True).stdout


def main():
    program = sys.argv[1]
    segments = readelf("-l", program)
    stack = next(line for line in segments.splitlines() if "GNU_STACK" in line)
    symbols = readelf("--dyn-syms", program)
    found = {
        "position-independent": "DYN (Position-Independent Executable" in readelf("-h", program),
        "links bound at the start": "BIND_NOW" in readelf("-d", program),
        "and read-only": "GNU_RELRO" in segments,
        "a stack that is not executable": "RWE" not in stack,
        "canaries": "__stack_chk_fail" in symbols,
        "checked copies": "_chk@" in symbols.replace("__stack_chk_fail", ""),
    }
    missing = [name for name, holds in found.items() if not holds]
    print("missing: " + ", ".join(missing) if missing else f"{len(found)} protections")
    sys.exit(1 if missing else 0)


if __name__ == "__main__":
    main()
