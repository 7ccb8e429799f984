#!/usr/bin/env python3
"""The zip of scripts/package-lambda in a root that holds nothing else, as AWS Lambda starts it: it has
all that it needs, and uploads become published forecasts on a real S3 server, the Ceph gateway.

    check_package.py FORECART SERVERS [ZIP [EMULATOR]]

Without ZIP one is built of FORECART. SERVERS as tests/store/servers writes it; EMULATOR runs programs of
another processor (qemu-user). Exit 77 where something is missing that scripts/setup --test installs."""

import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from check_lambda import Function, check_events, open_shop
from empty_root import HOST, EmptyRoot, NameServer, missing

ROOT = Path(__file__).resolve().parents[2]
ORDERS = "order,time,units\n" + "".join(
    f"{day},2024-{3 + day // 28:02}-{1 + day % 28:02} 23:30,{1 + day % 7}\n" for day in range(150))


def build(forecart, out):
    subprocess.run([ROOT / "scripts/package-lambda", "--program", Path(forecart).resolve(), "--out", out],
                   check=True)
    return next(Path(out).glob("*.zip"))


def unpack(file, folder):
    """As Lambda does: with the modes that stand in the zip, and nothing may be written."""
    with zipfile.ZipFile(file) as archive:
        for entry in archive.infolist():
            Path(archive.extract(entry, folder)).chmod(entry.external_attr >> 16 & 0o555)


def check_contents(root):
    """Each library, time zone and table that is loaded at first use."""
    told = root.run("/var/task/bootstrap", "doctor")
    assert told.returncode == 0 and told.stdout.count("\nok") >= 6, told.stdout + told.stderr
    bare = EmptyRoot(root.package, root.resolver.parent, root.emulator)
    with tempfile.TemporaryDirectory() as tmp:
        Path(tmp, "orders.csv").write_text(ORDERS)
        Path(tmp).chmod(0o777)
        told = bare.run("/var/task/bootstrap", "forecast", "/tmp/orders.csv", "--orders", "--freq", "D",
                        "--h", "3", "--time-zone", "Europe/Berlin", "--model", "GradientBoostedTrees",
                        tmp=tmp)
    assert told.returncode == 0, told.stderr
    refused = root.run("/var/task/bootstrap", "init", "--repository", "/var/task/shop")
    assert refused.returncode != 0, "what lies at /var/task could be written"


def environment(shop):
    """What Lambda sets, and nothing of this host."""
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION", "AWS_ENDPOINT_URL")
    return {**{name: os.environ[name] for name in names}, "LAMBDA_TASK_ROOT": "/var/task",
            "FORECART_REPOSITORY": shop.place,
            "LD_LIBRARY_PATH": "/lib64:/usr/lib64:/var/runtime:/var/task:/var/task/lib"}


def main(forecart, servers, file=None, emulator=None):
    for why in (missing(), "" if shutil.which("patchelf") else "patchelf is missing (scripts/setup --test)",
                "" if os.getuid() == 0 else "its name server asks for root"):
        if why:
            print(f"skipped: {why}")
            sys.exit(77)
    shop = open_shop(forecart, servers)
    NameServer()
    with tempfile.TemporaryDirectory() as scratch:
        package, run = Path(scratch) / "package", Path(scratch) / "run"
        for place in (package, run):
            place.mkdir()
        unpack(file or build(forecart, scratch), package)
        root = EmptyRoot(package, run, emulator)
        check_contents(root)

        def start(asked):
            api = asked["AWS_LAMBDA_RUNTIME_API"].replace("127.0.0.1", HOST)  # which only DNS knows
            variables = {**environment(shop), **asked, "AWS_LAMBDA_RUNTIME_API": api}
            return root.command("/var/task/bootstrap", environment=variables)

        check_events(shop, Function(start, shop, run))
    print("the package on Ceph, from a root that holds nothing else: S3, SQS, schedule and by hand")


if __name__ == "__main__":
    main(*sys.argv[1:])
