#!/usr/bin/env python3
"""Reports in a repository on a real S3 server, the Ceph gateway: `forecart report --publish`, and
`[report] publish = true` in dataset.toml.

    check_report.py FORECART SERVERS      SERVERS as tests/store/servers writes it

Exit 77 where Ceph or moto, whose boto3 this takes, is not installed (scripts/setup --test)."""

import json
import os
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "automation"))
from check_serve import TOML, file_of  # noqa: E402
from check_sqs import boto3, server  # noqa: E402


class Shop:
    """A repository in a bucket of its own."""

    prefix = "some/where"

    def __init__(self, forecart, servers):
        endpoint, key, secret = server(servers, "ceph")
        os.environ.update(AWS_ACCESS_KEY_ID=key, AWS_SECRET_ACCESS_KEY=secret, NO_PROXY="*",
                          AWS_REGION="us-east-1", AWS_ENDPOINT_URL=endpoint, no_proxy="*")
        self.forecart = forecart
        self.s3 = boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
        self.bucket = f"report-{uuid.uuid4()}"
        self.s3.create_bucket(Bucket=self.bucket)
        self.place = f"s3://{self.bucket}/{self.prefix}"

    def run(self, *words):
        done = subprocess.run([self.forecart, *words, "--repository", self.place],
                              capture_output=True, text=True, check=False)
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        return done.stdout

    def put(self, key, text):
        self.s3.put_object(Bucket=self.bucket, Key=f"{self.prefix}/{key}", Body=text.encode())

    def get(self, key):
        return self.s3.get_object(Bucket=self.bucket, Key=f"{self.prefix}/{key}")["Body"].read()


def main(forecart, servers):
    shop = Shop(forecart, servers)
    shop.run("init")
    shop.put("datasets/orders/dataset.toml", TOML)
    of_orders = ("--dataset", "orders")
    quick = ("--model", "SeasonalNaive", "--json")
    with tempfile.TemporaryDirectory() as scratch:
        orders = Path(scratch) / "orders.csv"
        orders.write_text(file_of(range(40)))
        shop.run("ingest", str(orders), *of_orders)
        first = json.loads(shop.run("run", *of_orders, *quick))
        assert first["report"]["written"] == [], first["report"]

        page = Path(scratch) / "page.html"
        told = json.loads(shop.run("report", *of_orders, "-o", str(page), "--publish", "--json"))
        keys = [f"reports/orders/{first['run']}.html", "reports/orders/latest.html"]
        assert told["written"] == [str(page)] + [f"{shop.place}/{key}" for key in keys], told
        for key in keys:
            assert shop.get(key) == page.read_bytes(), key
        shop.run("fsck")

        # the next run writes its own, and is the latest
        shop.put("datasets/orders/dataset.toml", TOML + "[report]\npublish = true\n")
        orders.write_text(file_of(range(40, 45)))
        shop.run("ingest", str(orders), *of_orders)
        second = json.loads(shop.run("run", *of_orders, *quick))
        own = f"reports/orders/{second['run']}.html"
        assert second["report"] == {"error": None, "written": [own, keys[1]]}, second["report"]
        assert shop.get(own) == shop.get(keys[1]) != page.read_bytes()
        assert second["run"].encode() in shop.get(own)
        assert shop.get(keys[0]) == page.read_bytes()
    print("reports on Ceph: by hand and by the run itself")


if __name__ == "__main__":
    main(*sys.argv[1:])
