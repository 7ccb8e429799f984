"""The shared libraries that programs need, found without running anything, so for another processor
too."""

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Target:
    """A kind of host: the processor as Lambda calls it, and where its libraries lie here."""
    arch: str
    loader: str
    folders: tuple
    strip: str


def target_for(arch, sysroot=None):
    if arch == "x86_64":
        triple, loader, strip = "x86_64-linux-gnu", "ld-linux-x86-64.so.2", "strip"
    else:
        triple, loader = "aarch64-linux-gnu", "ld-linux-aarch64.so.1"
        strip = f"{triple}-strip"
    root = Path(sysroot or "/")
    folders = [root / f"usr/lib/{triple}", root / f"lib/{triple}", root / "lib64"]
    if sysroot:
        folders.append(Path(f"/usr/{triple}/lib"))  # of Debian's cross compiler
    return Target(arch, loader, tuple(folders), strip)


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def needed(file):
    lines = output_of("readelf", "-dW", str(file)).splitlines()
    return [line.split("[")[1].rstrip("]") for line in lines if "(NEEDED)" in line]


def find(name, target):
    for folder in target.folders:
        if (folder / name).exists():
            return folder / name
    raise SystemExit(f"package: {name} lies nowhere below {', '.join(map(str, target.folders))}; "
                     "run scripts/setup")


def closure(files, target):
    """Name -> path of all that the files need, and what that needs, with the loader."""
    found = {target.loader: find(target.loader, target)}
    waiting = [name for file in files for name in needed(file)]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found[name] = find(name, target)
        waiting.extend(needed(found[name]))
    return dict(sorted(found.items()))
