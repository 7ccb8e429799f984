#!/usr/bin/env python3
"""Orders that break all four rules of alerts in turn go through the real `forecart serve`; who is
told is a web hook, a mail server (aiosmtpd) and a topic of SNS (moto), read by a queue behind it.

    check_alerts.py FORECART SERVERS      SERVERS as tests/store/servers writes it

Exit 77 where moto or aiosmtpd is not installed (scripts/setup --test)."""

import hashlib
import hmac
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from datetime import datetime, timedelta, timezone
from email import message_from_string
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from check_serve import eventually

VENVS = Path(__file__).resolve().parents[2] / "third_party"
MAIL_PYTHON = VENVS / "aiosmtpd/venv/bin/python"
try:
    import boto3
except ImportError:
    python = VENVS / "moto/venv/bin/python"
    if not python.exists() or Path(sys.prefix) == python.parents[1]:
        print("skipped: boto3 of moto is missing (scripts/setup --test)")
        sys.exit(77)
    os.execv(python, [str(python), "-B", *sys.argv])

from check_sqs import server

SECRETS = {"HOOK_SECRET": "hook-secret-7", "MAIL_USER": "ops", "MAIL_PASSWORD": "mail-secret-7"}
RULES = """
[[alert]]
kind = "no_data"
buckets = 60
[[alert]]
kind = "error_above_band"
share = 0.2
[[alert]]
kind = "coverage_drift"
share = 0.2
tolerance = 0.25
[[alert]]
kind = "rejects_above"
share = 0.05
"""
SINKS = """
[alerts]
webhook = "http://127.0.0.1:{hook}/told"
webhook_secret_env = "HOOK_SECRET"
mail_to = ["ops@example.org", "night@example.org"]
mail_from = "forecart@example.org"
smtp = "smtp://127.0.0.1:{mail}"
smtp_user_env = "MAIL_USER"
smtp_password_env = "MAIL_PASSWORD"
sns_topic = "{topic}"
"""
COLUMNS = """[columns]
time = "when"
order_id = "id"
product = "product"
quantity = "quantity"
[[panel]]
name = "daily"
by = ["product"]
measure = "units"
frequency = "D"
horizon = 3
"""


class Hook:
    """Keeps what it is told, where the signature is that of the secret."""

    def __init__(self):
        self.told = []
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                signature = dict(part.split("=", 1) for part in
                                 self.headers["x-forecart-signature"].split(","))
                wanted = hmac.new(SECRETS["HOOK_SECRET"].encode(),
                                  signature["t"].encode() + b"." + body, hashlib.sha256)
                good = hmac.compare_digest(wanted.hexdigest(), signature["v1"])
                if good:
                    hook.told.append(json.loads(body))
                self.send_response(200 if good else 401)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class Mail:
    """The mail server beside, and what came."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir()
        self.certificate = folder / "certificate.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
             "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext",
             "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key.pem", "-out",
             self.certificate], check=True, capture_output=True)
        self.process = subprocess.Popen(
            [MAIL_PYTHON, "-B", Path(__file__).with_name("mail_server.py"), folder,
             self.certificate, folder / "key.pem", SECRETS["MAIL_USER"],
             SECRETS["MAIL_PASSWORD"]])
        self.port = eventually(lambda: (folder / "port").exists() and
                               (folder / "port").read_text())

    def told(self):
        mails = [json.loads(file.read_text()) for file in
                 sorted(self.folder.glob("*.json"), key=lambda file: int(file.stem))]
        for mail in mails:
            assert mail["encrypted"], "mail in plain text"
            assert mail["from"] == "forecart@example.org", mail
            assert mail["to"] == ["ops@example.org", "night@example.org"], mail
        return [message_from_string(mail["text"])["subject"] for mail in mails]


class Topic:
    """A topic of SNS, and a queue that gets what is published there."""

    def __init__(self):
        name = f"alerts-{uuid.uuid4()}"
        sns, self.sqs = boto3.client("sns"), boto3.client("sqs")
        self.arn = sns.create_topic(Name=name)["TopicArn"]
        self.queue = self.sqs.create_queue(QueueName=name)["QueueUrl"]
        arn = self.sqs.get_queue_attributes(QueueUrl=self.queue, AttributeNames=["QueueArn"])
        sns.subscribe(TopicArn=self.arn, Protocol="sqs",
                      Endpoint=arn["Attributes"]["QueueArn"])
        self.subjects = []

    def told(self):
        while True:
            got = self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10)
            for message in got.get("Messages", []):
                self.subjects.append(json.loads(message["Body"])["Subject"])
                self.sqs.delete_message(QueueUrl=self.queue,
                                        ReceiptHandle=message["ReceiptHandle"])
            if not got.get("Messages"):
                return self.subjects


class Shop:
    """A repository that is served, with data sets that differ in what breaks."""

    def __init__(self, forecart, folder, sinks):
        self.forecart, self.folder, self.log = forecart, folder / "shop", folder / "log"
        self.process = None
        self.random = random.Random(7)
        self.number = 0
        self.today = datetime.now(timezone.utc).replace(hour=0, minute=0, second=0, microsecond=0)
        subprocess.run([forecart, "init", "--repository", self.folder], check=True,
                       capture_output=True)
        for dataset in ("late", "shift", "drift", "rejects", "quiet"):
            settings = self.folder / "datasets" / dataset / "dataset.toml"
            settings.parent.mkdir(parents=True)
            settings.write_text(COLUMNS + RULES + sinks)
            (self.folder / "inbox" / dataset).mkdir(parents=True)

    def serve(self, environment):
        self.process = subprocess.Popen(
            [self.forecart, "serve", "--repository", self.folder, "--threads", "1", "--log-format",
             "json", "--log-file", self.log], env=environment)
        eventually(lambda: self.log.exists() and "serving" in self.log.read_text())

    def runs(self, dataset):
        """Runs that were made and whose alerts were looked at."""
        lines = [json.loads(line) for line in self.log.read_text().splitlines()]
        failed = [line for line in lines if line["event"] == "work failed"]
        assert not failed, failed
        return sum(line["event"] == "work ended" and line["dataset"] == dataset
                   and bool(line["run"]) for line in lines)

    def sell(self, dataset, ages, times=lambda age: 1.0, broken=False):
        """Orders of the days that are so many days ago; where `broken`, one row in seven is."""
        rows = []
        for age in ages:
            for product in range(4):
                usual = 40 + 10 * product + 8 * (age % 7 == 5) + self.random.gauss(0, 3)
                when = f"{self.today - timedelta(age):%Y-%m-%d} 10:00"
                self.number += 1
                rows.append(f"{self.number},{'never' if broken and self.number % 7 == 0 else when}"
                            f",p{product},{max(0, round(times(age) * usual))}")
        before = self.runs(dataset)
        part = self.folder / "inbox" / dataset / f"{self.number}.csv.part"
        part.write_text("id,when,product,quantity\n" + "\n".join(rows) + "\n")
        part.rename(part.with_suffix(""))
        eventually(lambda: self.runs(dataset) > before, 90)

    def active(self, dataset):
        done = subprocess.run([self.forecart, "status", "--repository", self.folder, "--dataset",
                               dataset, "--json"], capture_output=True, text=True, check=True)
        return [alert["alert"] for alert in json.loads(done.stdout)["datasets"][0]["alerts"]]

    def prove_anew(self, dataset):
        subprocess.run([self.forecart, "run", "--repository", self.folder, "--dataset", dataset,
                        "--retrain", "always", "--threads", "1"], check=True, capture_output=True)


def break_all(shop):
    """One rule after the other, each in a data set of its own; all have all rules."""
    shop.sell("quiet", range(120, 1, -1))
    shop.sell("quiet", [1])
    assert shop.active("quiet") == []

    shop.sell("late", range(200, 80, -1))
    assert shop.active("late") == ["no_data"]
    shop.sell("late", [75])  # still late: not told again
    assert shop.active("late") == ["no_data"]
    shop.sell("late", [1])
    assert shop.active("late") == []

    shop.sell("rejects", range(120, 2, -1), broken=True)
    assert shop.active("rejects") == ["rejects_above"]
    shop.sell("rejects", range(20, 12, -1), broken=True)
    assert shop.active("rejects") == ["rejects_above"]
    shop.sell("rejects", [1])
    assert shop.active("rejects") == []

    shop.sell("shift", range(120, 10, -1))
    assert shop.active("shift") == []
    ages = iter(range(10, 0, -1))
    while shop.active("shift") != ["error_above_band"]:  # the third day at the latest
        assert (age := next(ages)) > 7, "errors have grown, and nobody is told"
        shop.sell("shift", [age], lambda _: 3.0)
    while shop.active("shift"):
        shop.sell("shift", [next(ages)], lambda _: 3.0)

    wild = random.Random(1)
    shop.sell("drift", range(160, 40, -1),
              lambda age: 1.0 if age > 57 else wild.choice((0.2, 0.4, 2.0, 2.6)))
    assert shop.active("drift") == ["coverage_drift"]
    shop.sell("drift", range(40, 2, -1))  # better by now, but the proof is that of before
    assert shop.active("drift") == ["coverage_drift"]
    shop.prove_anew("drift")
    shop.sell("drift", [1])
    assert shop.active("drift") == []


WANTED = [("late", "no_data"), ("rejects", "rejects_above"), ("shift", "error_above_band"),
          ("drift", "coverage_drift")]


def main(forecart, servers):
    if not MAIL_PYTHON.exists():
        print("skipped: aiosmtpd is missing (scripts/setup --test)")
        return 77
    endpoint, key, secret = server(servers)
    os.environ.update(AWS_ACCESS_KEY_ID=key, AWS_SECRET_ACCESS_KEY=secret, AWS_REGION="us-east-1",
                      AWS_DEFAULT_REGION="us-east-1", AWS_ENDPOINT_URL=endpoint, NO_PROXY="*",
                      no_proxy="*")
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        hook, mail, topic = Hook(), Mail(folder / "mail"), Topic()
        shop = Shop(forecart, folder,
                    SINKS.format(hook=hook.port, mail=mail.port, topic=topic.arn))
        try:
            shop.serve({**os.environ, **SECRETS, "CURL_CA_BUNDLE": str(mail.certificate)})
            break_all(shop)
            shop.process.send_signal(signal.SIGTERM)
            assert shop.process.wait(timeout=20) == 0
        finally:
            shop.process.kill()
            mail.process.kill()
        told = [(one["dataset"], one["alert"], one["event"]) for one in hook.told]
        wanted = [(*one, event) for one in WANTED for event in ("begun", "ended")]
        assert told == wanted, told
        assert len({one["id"] for one in hook.told}) == len(wanted), hook.told
        subjects = [f"forecart: {alert} of {dataset} has {event}"
                    for dataset, alert, event in wanted]
        assert mail.told() == subjects, mail.told()
        assert sorted(topic.told()) == sorted(subjects), topic.subjects
        for word in SECRETS.values():
            assert word not in shop.log.read_text(), "a secret in the log"
    print(f"{len(wanted)} notices, each once to web hook, mail and SNS")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
