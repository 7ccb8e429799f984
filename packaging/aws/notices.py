"""The licences of what a package holds beside forecart, as Debian and npm tell them."""

import subprocess
from pathlib import Path

# Compiled into the program, so that no library of theirs is seen.
COMPILED_IN = ("libboost1.74-dev", "libcli11-dev", "libeigen3-dev", "libhowardhinnant-date-dev",
               "nlohmann-json3-dev")
DATA = ("ca-certificates", "tzdata")
FROM_NPM = {"duckdb": "third_party/duckdb/node_modules/@duckdb/node-bindings-linux-x64/LICENSE",
            "echarts": "web/node_modules/echarts/LICENSE",
            "echarts-notice": "web/node_modules/echarts/NOTICE",
            "preact": "web/node_modules/preact/LICENSE",
            "uplot": "web/node_modules/uplot/LICENSE"}


def package_of(library):
    """The Debian package of a library of this host: one for another processor is of the same source. Loaders have a
    name for each processor, and are the C library's."""
    if library.startswith("ld-linux"):
        return package_of("libc.so.6")
    found = subprocess.run(["dpkg", "-S", f"*/{library}"], capture_output=True, text=True, check=False)
    names = {line.split(":")[0] for line in found.stdout.splitlines() if not line.startswith("diversion")}
    wanted = sorted(name for name in names if not name.endswith(("-cross", "-dev")))
    if not wanted:
        raise SystemExit(f"package: no Debian package has {library}, so that its licence is not known")
    return wanted[0]


def copyright_of(package):
    file = Path("/usr/share/doc") / package / "copyright"
    if not file.exists():
        raise SystemExit(f"package: {file} is missing: apt-get install --reinstall {package}")
    return file.read_bytes()


def lay_notices(folder, libraries):
    folder.mkdir()
    packages = {package_of(name) for name in libraries} | set(COMPILED_IN) | set(DATA)
    for package in packages:
        (folder / package).write_bytes(copyright_of(package))
    for name, file in FROM_NPM.items():
        (folder / name).write_bytes(Path(file).read_bytes())
    (folder / "forecart").write_bytes(Path("LICENSE").read_bytes())
