#!/usr/bin/env python3
"""Starts the real `forecart serve` on generated orders and has schemathesis ask its API all that the
OpenAPI document allows, and much that it does not: no answer may be a 5xx, or of a status, type or
form that the document does not tell, and what it forbids must be refused.

    check_api.py FORECART SCHEMATHESIS [EXAMPLES]

Exit 77: schemathesis is not there (scripts/setup --test)."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

PASSWORD = "nine lives and a fence"
ORDERS = "Order ID,Product,Quantity Ordered,Price Each,Order Date\n" + "".join(
    f"{i},Cable,1,9.5,2026-01-{1 + i // 24:02} {i % 24:02}:00\n" for i in range(24 * 28)
) + "x,Cable,1,9.5,never\n"
# What the document calls allowed may still be refused: a date that is none, a user there is not.
EXCLUDED = "positive_data_acceptance"
CONFIG = Path(__file__).resolve().parent / "schemathesis.toml"
# A stream of events has no end, the page is no API, and bodies of TOML are made by no schema.
PAGES = "|".join(["", "sales", "forecast", "accuracy", "data", "runs", "alerts", "settings"])
LEFT_OUT = ["--exclude-path-regex", f"^/({PAGES})$|^/assets/|/api/v1/events$|/settings"]


def wait_for(log, pattern, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = re.search(pattern, log.read_text()) if log.exists() else None
        if found:
            return found[1]
        time.sleep(0.05)
    raise SystemExit(f"nothing like {pattern} in the log:\n{log.read_text()}")


def send(method, url, body=None, headers=None):
    """The answer as JSON, and the cookie that it sets."""
    data = json.dumps(body).encode() if body is not None else None
    headers = {"content-type": "application/json", **(headers or {})}
    request = urllib.request.Request(url, data, headers, method=method)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=60) as answer:
        return json.load(answer), answer.headers.get("set-cookie", "").split(";")[0]


def admin_token(base, log):
    """Becomes the first admin by the link that serve prints, and makes a token."""
    secret = wait_for(log, r"#first-admin=(\w+)")
    session, cookie = send("POST", base + "/api/v1/first-admin",
                           {"secret": secret, "name": "ann", "password": PASSWORD})
    headers = {"cookie": cookie, "x-csrf-token": session["csrf_token"]}
    token, _ = send("POST", base + "/api/v1/tokens", {"name": "test", "role": "admin"}, headers)
    return token["secret"]


def begin_transfer(base, token):
    """A file in pieces that schemathesis may add to; its name."""
    request = urllib.request.Request(
        base + "/api/v1/datasets/orders/transfers", method="POST",
        headers={"authorization": f"Bearer {token}", "upload-length": "100000",
                 "upload-metadata": "filename YXByaWwuY3N2"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=60) as answer:
        return answer.headers["location"].rsplit("/", 1)[1]


def write_config(transfer):
    """Ours, and what only this run knows."""
    config = Path("schemathesis.toml")
    config.write_text(CONFIG.read_text().replace("TRANSFER", transfer))
    return config


def require_reached(base, token):
    """Handlers that need more than luck: the server has counted what they answered."""
    request = urllib.request.Request(base + "/metrics", headers={"authorization": f"Bearer {token}"})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(request, timeout=60) as answer:
        metrics = answer.read().decode()
    room = "/api/v1/datasets/{dataset}/transfers"
    for route, method, status in [(room, "POST", 201), (room, "OPTIONS", 204),
                                  (room + "/{transfer}", "GET", 200),
                                  (room + "/{transfer}", "PATCH", 204)]:
        line = f'method="{method}",route="{route}",status="{status}"'
        if line not in metrics:
            raise SystemExit(f"never: {line}\n" + "\n".join(
                one for one in metrics.splitlines() if "/transfers" in one and "_total" in one))


def ask_everything(program, base, token, examples):
    config = write_config(begin_transfer(base, token))
    command = [program, "--config-file", config, "run", base + "/api/v1/openapi.json", "-H", f"Authorization: Bearer {token}",
               "--seed", "1", "--generation-deterministic",
               "--max-examples", examples, "--phases", "examples,coverage,fuzzing",
               "--exclude-checks", EXCLUDED, "--request-timeout", "60", *LEFT_OUT]
    environment = dict(os.environ, NO_PROXY="127.0.0.1", no_proxy="127.0.0.1",
                       SCHEMATHESIS_HOOKS="media_types", PYTHONPATH=str(CONFIG.parent))
    return subprocess.run(command, env=environment, check=False).returncode


def main(forecart, program, examples="10"):
    forecart, program = Path(forecart).resolve(), Path(program).absolute()
    if not program.exists():
        print("SKIPPED: no schemathesis; scripts/setup --test fetches it")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        Path("orders.csv").write_text(ORDERS)
        shop, log = ["--repository", "shop"], Path("log")
        subprocess.run([forecart, "ingest", "orders.csv", *shop, "--dataset", "orders"], check=True,
                       stdout=subprocess.DEVNULL)
        subprocess.run([forecart, "run", *shop, "--dataset", "orders", "--model", "SeasonalNaive"],
                       check=True, stdout=subprocess.DEVNULL)
        with log.open("w") as out:
            server = subprocess.Popen([forecart, "serve", *shop, "--listen", "127.0.0.1:0",
                                       "--requests-per-second", "0"], stdout=out, stderr=out)
        try:
            base = "http://127.0.0.1:" + wait_for(log, r"listening .*port=(\d+)")
            token = admin_token(base, log)
            status = ask_everything(program, base, token, examples)
            require_reached(base, token)
            send("GET", base + "/healthz")
        finally:
            server.send_signal(signal.SIGTERM)
            ended = server.wait(30)
        return status or ended


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
