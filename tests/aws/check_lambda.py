#!/usr/bin/env python3
"""The program as AWS Lambda starts it, `bootstrap` without arguments, with its repository on a real S3
server, the Ceph gateway: uploads become published forecasts by the events that S3, SQS and EventBridge
send.

    check_lambda.py FORECART SERVERS      SERVERS as tests/store/servers writes it

Exit 77 where Ceph or moto, whose boto3 this takes, is not installed (scripts/setup --test)."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote_plus

sys.path.append(str(Path(__file__).resolve().parents[1] / "automation"))
sys.path.append(str(Path(__file__).resolve().parents[1] / "store"))
from check_report import Shop  # noqa: E402
from check_serve import TOML, file_of  # noqa: E402
from runtime_api import TRACE, RuntimeApi  # noqa: E402


def notice(shop, name):
    """As S3 tells of an upload (event version 2.1): the key is encoded as in a form."""
    key = quote_plus(f"some/where/inbox/orders/{name}", safe="/")
    return {"Records": [{"eventVersion": "2.1", "eventSource": "aws:s3",
                         "eventName": "ObjectCreated:Put",
                         "s3": {"bucket": {"name": shop.bucket}, "object": {"key": key}}}]}


def message(name, body):
    return {"messageId": name, "eventSource": "aws:sqs", "body": body, "receiptHandle": "r"}


class Function:
    """The process of one instance."""

    def __init__(self, forecart, shop, folder):
        self.api = RuntimeApi()
        bootstrap = Path(folder) / "bootstrap"
        bootstrap.symlink_to(Path(forecart).resolve())
        environment = {**os.environ, "AWS_LAMBDA_RUNTIME_API": self.api.address,
                       "FORECART_REPOSITORY": shop.place}
        self.log = open(Path(folder) / "log", "w+", encoding="utf-8")
        self.metrics = open(Path(folder) / "metrics", "w+", encoding="utf-8")
        self.process = subprocess.Popen([str(bootstrap)], env=environment, stderr=self.log,
                                        stdout=self.metrics)

    def end(self):
        """Lines of its log, and of its metrics."""
        assert self.api.idle.wait(30), "the function does not ask for its next call"
        self.process.kill()
        self.process.wait()
        told = []
        for file in (self.log, self.metrics):
            file.seek(0)
            told.append([json.loads(line) for line in file.read().splitlines()])
        return told


def told(lines, name, dimensions):
    """Values of a metric by its dimensions, as CloudWatch takes them from lines."""
    return [line[name] for line in lines for directive in line["_aws"]["CloudWatchMetrics"]
            if dimensions in directive["Dimensions"]
            and name in (metric["Name"] for metric in directive["Metrics"])]


def current(shop):
    return json.loads(shop.get("current/orders.json"))["run"]


def main(forecart, servers):
    shop = Shop(forecart, servers)
    shop.run("init")
    shop.put("datasets/orders/dataset.toml", TOML)
    with tempfile.TemporaryDirectory() as folder:
        function = Function(forecart, shop, folder)
        call = function.api.call

        # an upload, told by S3 itself; the same event again finds nothing to do
        shop.put("inbox/orders/first days.csv", file_of(range(40)))
        how, answer, _ = call(notice(shop, "first days.csv"))
        assert how == "response" and answer["left"] == {}, answer
        first = current(shop)
        how, answer, _ = call(notice(shop, "first days.csv"))
        assert (how, answer["datasets"], current(shop)) == ("response", [], first), answer

        # by SQS: what cannot be done in time comes again, alone; what cannot be read does not
        shop.put("inbox/orders/more.csv", file_of(range(40, 45)))
        batch = {"Records": [message("a", json.dumps(notice(shop, "more.csv"))), message("b", "?"),
                             message("c", json.dumps(notice(shop, "x/../../runs/y")))]}
        how, answer, _ = call(batch, seconds=1)  # less than the margin
        assert how == "response" and answer["batchItemFailures"] == [{"itemIdentifier": "a"}], answer
        assert current(shop) == first
        how, answer, _ = call(batch)
        assert how == "response" and answer["batchItemFailures"] == [], answer
        second = current(shop)
        assert second != first

        # a schedule finds what nobody told of; what is no event is an error, and ends nothing
        shop.put("inbox/orders/late.csv", file_of(range(45, 50)))
        how, answer, _ = call({"detail-type": "Scheduled Event", "detail": {}})
        assert how == "response" and current(shop) != second, answer
        how, answer, _ = call("no JSON")
        assert how == "error" and answer["errorType"] == "bad_data", answer
        how, answer, warm = call({"dataset": "orders"})
        assert how == "response", answer
        lines, metrics = function.end()
    assert lines[0]["event"] == "lambda started", lines[0]
    assert [line["message"] for line in lines if line["event"] == "message dropped"] == ["b", "b"]
    assert {line.get("trace") for line in lines[1:]} == {TRACE}, lines
    assert {line["trace"] for line in metrics} == {TRACE}
    assert sum(told(metrics, "forecart_runs_total", ["status"])) >= 3, metrics
    assert len(told(metrics, "forecart_forecast_age_seconds", [])) == 5  # one for each call with time left
    assert told(metrics, "forecart_run_cost_total", ["platform"]), metrics
    shop.run("fsck")
    print(f"lambda on Ceph: S3, SQS, schedule and by hand; nothing to do took {1000 * warm:.0f} ms")


if __name__ == "__main__":
    main(*sys.argv[1:])
