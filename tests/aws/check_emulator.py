#!/usr/bin/env python3
"""The package under AWS's own Runtime Interface Emulator, both in a root that holds nothing else: what it
posts to a function becomes a published forecast on Ceph, and an error is told as Lambda tells it.

    check_emulator.py FORECART SERVERS ZIP EMULATOR"""

import http.client
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from check_lambda import current, file_of, notice, open_shop
from check_package import environment, unpack
from empty_root import EmptyRoot

INVOKE = "/2015-03-31/functions/function/invocations"


def invoke(port, event):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("POST", INVOKE, json.dumps(event))
    return json.loads(connection.getresponse().read())


def await_port(port):
    for _ in range(200):
        try:
            http.client.HTTPConnection("127.0.0.1", port, timeout=1).connect()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit("the emulator does not listen")


def main(forecart, servers, file, rie):
    shop = open_shop(forecart, servers)
    port, api_port = random.sample(range(20000, 32000), 2)
    with tempfile.TemporaryDirectory() as scratch:
        package, run = Path(scratch) / "package", Path(scratch) / "run"
        for place in (package, run):
            place.mkdir()
        unpack(file, package)
        root = EmptyRoot(package, run, rie)  # stands before the program, as a processor's emulator does
        variables = {**environment(shop), "AWS_LAMBDA_FUNCTION_TIMEOUT": "60"}
        command = root.command("--runtime-interface-emulator-address", f"127.0.0.1:{port}",
                               "--runtime-api-address", f"127.0.0.1:{api_port}", "/var/task/bootstrap",
                               environment=variables)
        with open(Path(scratch) / "log", "w", encoding="utf-8") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            await_port(port)
            shop.put("inbox/orders/first days.csv", file_of(range(40)))
            answer = invoke(port, notice(shop, "first days.csv"))
            assert answer["left"] == {} and answer["datasets"][0]["run"], answer
            assert current(shop)
            answer = invoke(port, "no event")
            assert answer["errorType"] == "bad_data", answer
        finally:
            process.kill()
            process.wait()
    print("the package under AWS's emulator: an event of S3 and an error")


if __name__ == "__main__":
    main(*sys.argv[1:])
