#!/usr/bin/env python3
"""A bucket of moto tells an SQS queue of a new file; `forecart serve --sqs` makes a forecast of it.

    check_sqs.py FORECART SERVERS      SERVERS as tests/store/servers writes it

Exit 77 where moto is not installed (scripts/setup --test)."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

from check_serve import TOML, eventually, file_of

try:
    import boto3
except ImportError:
    python = Path(__file__).resolve().parents[2] / "third_party/moto/venv/bin/python"
    if not python.exists() or Path(sys.prefix) == python.parents[1]:
        print("skipped: boto3 of moto is missing (scripts/setup --test)")
        sys.exit(77)
    os.execv(python, [str(python), "-B", *sys.argv])


def server(file, wanted="moto"):
    lines = Path(file).read_text().splitlines() if Path(file).exists() else []
    for line in lines:
        name, endpoint, key, secret = line.split()
        if name == wanted:
            return endpoint, key, secret
    print(f"skipped: {wanted} does not run")
    sys.exit(77)


def main(forecart, servers):
    endpoint, key, secret = server(servers)
    os.environ.update(AWS_ACCESS_KEY_ID=key, AWS_SECRET_ACCESS_KEY=secret, AWS_REGION="us-east-1",
                      AWS_DEFAULT_REGION="us-east-1", AWS_ENDPOINT_URL=endpoint, NO_PROXY="*",
                      no_proxy="*")
    s3, sqs = boto3.client("s3"), boto3.client("sqs")
    bucket = f"shop-{uuid.uuid4()}"
    s3.create_bucket(Bucket=bucket)
    queue = sqs.create_queue(QueueName=bucket)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration={"QueueConfigurations": [
            {"QueueArn": arn["Attributes"]["QueueArn"], "Events": ["s3:ObjectCreated:*"]}]})
    place = f"s3://{bucket}/some/where"
    subprocess.run([forecart, "init", "--repository", place], check=True, capture_output=True)
    s3.put_object(Bucket=bucket, Key="some/where/datasets/orders/dataset.toml", Body=TOML.encode())
    with tempfile.TemporaryDirectory() as scratch:
        log = Path(scratch) / "log"
        # polls once at the start only: what comes later is told by the queue or never seen
        process = subprocess.Popen([forecart, "serve", "--repository", place, "--sqs", queue,
                                    "--poll", "3600", "--threads", "1", "--log-file", log])
        try:
            eventually(lambda: log.exists() and "serving" in log.read_text())
            time.sleep(1)
            sqs.send_message(QueueUrl=queue, MessageBody="not of ours")
            s3.put_object(Bucket=bucket, Key="some/where/inbox/orders/a b+c.csv",
                          Body=file_of(range(30)).encode())
            keys = lambda prefix: s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["KeyCount"]
            eventually(lambda: keys("some/where/current/orders.json") == 1, 40)
            eventually(lambda: keys("some/where/inbox/") == 0)
            eventually(lambda: not any(
                int(value) for name, value in sqs.get_queue_attributes(
                    QueueUrl=queue, AttributeNames=["All"])["Attributes"].items()
                if name.startswith("ApproximateNumber")))
            time.sleep(1)  # the next receive waits for up to 20 s by now
            begun = time.monotonic()
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=20) == 0
            took = time.monotonic() - begun
            assert took < 1, f"SIGTERM took {took:.2f} s"
        finally:
            process.kill()
            process.wait()
    print(f"a forecast was published, the queue is empty, and serve ended in {took:.2f} s")


if __name__ == "__main__":
    main(*sys.argv[1:])
