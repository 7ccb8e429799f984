#!/usr/bin/env python3
"""The image of scripts/package-image, unpacked by umoci and started in a root that holds nothing else, as
its configuration says: answering Lambda's calls and as the program.

    check_image.py FORECART SERVERS [IMAGE [EMULATOR]]

Without IMAGE one is built of FORECART. SERVERS as tests/store/servers writes it. Exit 77 where something
is missing that scripts/setup --test installs."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from check_lambda import Function, open_shop
from check_package import ROOT, environment
from empty_root import EmptyRoot, missing


class ImageRoot(EmptyRoot):
    """The image's file system, with its environment and user."""

    def __init__(self, bundle, etc, emulator=None):
        super().__init__(bundle / "rootfs", etc, emulator)
        process = json.loads((bundle / "config.json").read_text())["process"]
        self.entry, self.user, self.home = process["args"], process["user"], process["cwd"]
        self.own = dict(pair.split("=", 1) for pair in process["env"])

    def command(self, *words, environment=None, tmp=None):
        place = ["--ro-bind", str(self.package), "/", "--tmpfs", "/tmp"]
        emulator = []
        if self.emulator:
            place += ["--ro-bind", self.emulator, "/tmp/emulator"]
            emulator = ["/tmp/emulator"]
        user = ["--unshare-user", "--uid", str(self.user["uid"]), "--gid", str(self.user["gid"])]
        named = {**self.own, **(environment or {})}
        return ["bwrap", "--unshare-all", "--share-net", "--die-with-parent", *user, *place, "--proc", "/proc",
                "--dev", "/dev", "--chdir", self.home, "--clearenv",
                *[word for pair in named.items() for word in ("--setenv", *pair)], *emulator, *self.entry, *words]


def build(forecart, out):
    subprocess.run([ROOT / "scripts/package-image", "--program", Path(forecart).resolve(), "--out", out],
                   check=True)
    return next(Path(out).glob("*.tar"))


def unpack(file, scratch):
    """As runtimes do, with umoci in their place."""
    layout, bundle = scratch / "layout", scratch / "bundle"
    with tarfile.open(file) as archive:
        archive.extractall(layout, filter="data")
    subprocess.run(["umoci", "unpack", "--image", f"{layout}:latest", bundle], check=True,
                   capture_output=True)
    # where bubblewrap lays folders of the host
    for name in ("proc", "dev"):
        (bundle / "rootfs" / name).mkdir(exist_ok=True)
    return bundle


def main(forecart, servers, file=None, emulator=None):
    tools = [f"{tool} is missing" for tool in ("patchelf", "umoci") if not shutil.which(tool)]
    for why in [missing(), *tools, "" if os.getuid() == 0 else "umoci unpacks as root"]:
        if why:
            print(f"skipped: {why}")
            sys.exit(77)
    shop = open_shop(forecart, servers)
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        (scratch / "run").mkdir()
        root = ImageRoot(unpack(file or build(forecart, scratch), scratch), scratch / "run", emulator)
        told = root.run("doctor")
        assert told.returncode == 0, told.stdout + told.stderr
        told = root.run("train", "--help")
        assert "sagemaker" in told.stdout + told.stderr, told.stdout + told.stderr
        variables = environment(shop)

        def start(asked):
            return root.command(environment={**variables, **asked})

        function = Function(start, shop, scratch / "run")
        how, answer, _ = function.api.call({"dataset": None})
        assert (how, answer["left"]) == ("response", {}), answer
        function.end()
    print("the image, from a root that holds nothing else: Lambda's call, and the program's own words")


if __name__ == "__main__":
    main(*sys.argv[1:])
