"""What a package for a host with nothing of its own holds, as it lies in a folder:

    bootstrap           the program
    libduckdb.so        what it loads at first use
    lib/                its libraries, with the C library and its loader
    zoneinfo/           IANA's time zones
    certificates.pem    of the authorities to trust
    licences/
"""

import shutil
import subprocess
from pathlib import Path

from libraries import closure, find
from notices import lay_notices

HOME = "/var/task"  # where Lambda lays it, and our image too
XGBOOST = "libxgboost.so.0"


def copy(source, to, target, patch=()):
    shutil.copyfile(source, to)
    to.chmod(0o755)
    if shutil.which(target.strip):
        subprocess.run([target.strip, "--strip-unneeded", to], check=True)
    if patch:
        subprocess.run(["patchelf", *patch, to], check=True)


def lay_zones(folder):
    """Without the tables beside those of the zones, and the same again with leap seconds."""
    source = Path("/usr/share/zoneinfo")
    for file in sorted(source.rglob("*")):
        name = file.relative_to(source)
        if name.parts[0] in ("posix", "right", "posixrules", "localtime") or not file.is_file():
            continue
        content = file.read_bytes()
        if content.startswith(b"TZif"):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)


def lay_out(folder, program, duckdb, target):
    """The package of a program, a build for the target, in an empty folder."""
    xgboost = find(XGBOOST, target)
    libraries = closure([program, duckdb, xgboost], target)
    # DT_RPATH, not DT_RUNPATH: Lambda sets LD_LIBRARY_PATH, which would come first
    copy(program, folder / "bootstrap", target,
         ("--set-interpreter", f"{HOME}/lib/{target.loader}", "--force-rpath", "--set-rpath", "$ORIGIN/lib"))
    copy(duckdb, folder / "libduckdb.so", target)
    (folder / "lib").mkdir()
    for name, file in {**libraries, XGBOOST: xgboost}.items():
        copy(file, folder / "lib" / name, target)
    lay_zones(folder / "zoneinfo")
    shutil.copyfile("/etc/ssl/certs/ca-certificates.crt", folder / "certificates.pem")
    lay_notices(folder / "licences", [*libraries, XGBOOST])
