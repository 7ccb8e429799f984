#!/usr/bin/env python3
"""scripts/deploy-aws with the real AWS CLI: what it finds out about an account before it deploys, and
--destroy. moto has the buckets, with more versions and marks of deleted objects than an argument or
a page holds; CloudFormation is played by a few lines that refuse, as it does, to remove a stack whose
exports others use, or a bucket that is not empty.

    check_account.py AWS_BIN     folder of the AWS CLI

Run by third_party/moto/venv/bin/python."""

import logging
import os
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl

import boto3
from moto.server import ThreadedMotoServer

ROOT = Path(__file__).resolve().parents[2]
REGION = "eu-central-1"
OBJECTS, MARKS = 50, 28  # marks of each; together one and a half pages
NEEDED_BY = {"data": {"network", "work"}, "network": {"work"}}
STACK = """<member><StackName>{name}</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime>
<StackStatus>{status}</StackStatus><Outputs>{outputs}</Outputs></member>"""
OUTPUT = "<member><OutputKey>{}</OutputKey><OutputValue>{}</OutputValue></member>"


class Account:
    """Ten calls of Lambda at once, as in new accounts, and stacks forecart-dev-*; a file of the access
    log arrives while the data are removed for the first time."""

    def __init__(self, s3, outputs):
        self.s3, self.outputs = s3, outputs
        self.status = dict.fromkeys(("data", "network", "work"), "CREATE_COMPLETE")  # the rest is gone
        self.asked = []  # to be removed, in this order
        self.refuses_lists = False
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def delete(self, name):
        if name == "data" and "data" not in self.asked:
            self.s3.put_object(Bucket=self.outputs["LogsName"], Key="s3/late", Body=b"GET")
        self.asked.append(name)
        self.status[name] = "DELETE_FAILED"
        if NEEDED_BY.get(name, set()) & set(self.status):
            return
        left = {bucket["Name"] for bucket in self.s3.list_buckets()["Buckets"]}
        for bucket in (self.outputs["BucketName"], self.outputs["LogsName"]) if name == "data" else ():
            if bucket not in left:
                continue
            try:
                self.s3.delete_bucket(Bucket=bucket)
            except self.s3.exceptions.ClientError as error:
                assert error.response["Error"]["Code"] == "BucketNotEmpty", error
                return
        del self.status[name]

    def answer(self, action, name):
        if self.refuses_lists and not name:
            return 403, "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>"
        if name and name not in self.status:
            error = "<Error><Type>Sender</Type><Code>ValidationError</Code><Message>no such stack</Message></Error>"
            return 400, f"<ErrorResponse>{error}</ErrorResponse>"
        if action == "DeleteStack":
            self.delete(name)
            return 200, "<DeleteStackResponse/>"
        outputs = "".join(OUTPUT.format(*one) for one in self.outputs.items())
        stacks = "".join(STACK.format(name=f"forecart-dev-{one}", status=status, outputs=outputs if one == "data" else "")
                         for one, status in self.status.items() if name in ("", one))
        return 200, (f"<DescribeStacksResponse><DescribeStacksResult><Stacks>{stacks}</Stacks>"
                     "</DescribeStacksResult></DescribeStacksResponse>")

    def _handler(stacks):  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):  # of Lambda: the account's settings, or a function that is not there
                is_known = "account-settings" in self.path
                self.send_response(200 if is_known else 404)
                self.end_headers()
                self.wfile.write(b'{"AccountLimit":{"UnreservedConcurrentExecutions":10}}' if is_known else b"{}")

            def do_POST(self):
                form = dict(parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
                status, body = stacks.answer(form["Action"], form.get("StackName", "").removeprefix("forecart-dev-"))
                self.send_response(status)
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_):
                pass

        return Handler


def make_buckets(s3):
    outputs = {"BucketName": "shop-data", "LogsName": "shop-logs", "Kept": "false"}
    for bucket in (outputs["BucketName"], outputs["LogsName"]):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    bucket = outputs["BucketName"]
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    keys = [f"sales/orders/{number:04}'s \"file\" é.parquet" for number in range(OBJECTS)]
    for key in keys + keys:
        s3.put_object(Bucket=bucket, Key=key, Body=b"1")
    for _ in range(MARKS):
        s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": key} for key in keys]})
    found = s3.list_object_versions(Bucket=bucket)
    assert found["IsTruncated"] and len(found["DeleteMarkers"]) > 500, "one page holds all"
    return outputs


def deploy(aws_bin, account, *words, status=0):
    environment = {**os.environ, "PATH": f"{aws_bin}:{os.environ['PATH']}",
                   "AWS_ENDPOINT_URL_CLOUDFORMATION": account.url, "AWS_ENDPOINT_URL_LAMBDA": account.url}
    done = subprocess.run([ROOT / "scripts/deploy-aws", "--yes", *words], capture_output=True, text=True,
                          env=environment, check=False)
    assert done.returncode == status, (done.returncode, done.stderr)
    return done.stderr


def check_refusals(aws_bin, account):
    """Before anything is built."""
    certificate = f"arn:aws:acm:{REGION}:123456789012:certificate/1"
    told = deploy(aws_bin, account, "--stage", "prod", "--host", "shop.example.org", "--certificate", certificate, status=1)
    assert "'reservedConcurrency' is 20, and of 10 calls" in told, told


def main(aws_bin):
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    moto = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(AWS_ENDPOINT_URL=f"http://{host}:{port}", AWS_ACCESS_KEY_ID="x", AWS_SECRET_ACCESS_KEY="y",
                          AWS_REGION=REGION, AWS_DEFAULT_REGION=REGION, NO_PROXY="*", no_proxy="*", HOME=home)
        s3 = boto3.client("s3")
        account = Account(s3, make_buckets(s3))
        check_refusals(aws_bin, account)
        account.refuses_lists = True
        told = deploy(aws_bin, account, "--destroy", status=1)
        assert "cannot be seen" in told and len(account.status) == 3 and not account.asked, (told, account.status)
        account.refuses_lists = False
        told = deploy(aws_bin, account, "--destroy")
    assert not account.status, (account.status, told)
    assert account.asked == ["work", "network", "data", "data"], account.asked
    assert not s3.list_buckets()["Buckets"]
    assert told.index("removing forecart-dev-network") < told.index("emptying shop-data"), told
    moto.stop()
    print(f"{OBJECTS * (2 + MARKS)} versions and marks in {len(account.asked)} removals: gone")


if __name__ == "__main__":
    main(*sys.argv[1:])
