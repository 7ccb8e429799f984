"""The program that a package is made of: the release build, or one that is given."""

import subprocess
from pathlib import Path

from libraries import target_for

DUCKDB = "libduckdb.so"
ARM64 = Path("build/cross-arm64")


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != 0:
        raise SystemExit(f"package: {' '.join(command)} failed:\n{done.stdout[-4000:]}")


def program_for(arch, given=None):
    """(program, libduckdb.so, target), built where needed."""
    if given and not Path(given).is_file():
        raise SystemExit(f"package: there is no program '{given}'; give a build of forecart to --program")
    if arch == "arm64":
        if not given:
            run("scripts/cross-arm64", "Release", "forecart")
        program = Path(given or ARM64 / "Release/forecart")
        return program, ARM64 / "duckdb" / DUCKDB, target_for(arch, ARM64 / "sysroot")
    if not given:
        run("cmake", "--preset", "release")
        run("cmake", "--build", "build/release", "--target", "forecart")
    program = Path(given or "build/release/forecart")
    return program, program.parent / DUCKDB, target_for(arch)
