#!/usr/bin/env python3
"""scripts/deploy-aws begins a repository only where S3 says that there is none: its question by the AWS CLI, asked of
Ceph.

    check_has_repository.py FORECART SERVERS      SERVERS as tests/store/servers writes it

Exit 77 where Ceph or the AWS CLI is not installed (scripts/setup --test)."""

import os
import re
import shutil
import subprocess
import sys
import uuid
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "automation"))
from check_sqs import boto3, server  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts/deploy-aws"


def ask(bucket, key, **environment):
    """(status, what is said) of the script's own function."""
    text = SCRIPT.read_text()
    functions = [re.search(rf"^{name}\(\) {{.*?(?:^}}| }}$)", text, re.M | re.S)[0]
                 for name in ("say", "fail", "has_repository")]
    words = f"set -euo pipefail\n{os.linesep.join(functions)}\nhas_repository '{bucket}' '{key}'"
    done = subprocess.run(["bash", "-c", words], env={**os.environ, **environment}, capture_output=True, text=True,
                          check=False)
    return done.returncode, done.stderr


def main(_, servers):
    os.environ["PATH"] = f"{ROOT / 'third_party/awscli/venv/bin'}:{os.environ['PATH']}"
    if not shutil.which("aws"):
        print("skipped: the AWS CLI is missing (scripts/setup --test)")
        return 77
    endpoint, key, secret = server(servers, "ceph")
    os.environ.update(AWS_ACCESS_KEY_ID=key, AWS_SECRET_ACCESS_KEY=secret, AWS_REGION="us-east-1",
                      AWS_DEFAULT_REGION="us-east-1", AWS_ENDPOINT_URL=endpoint, NO_PROXY="*", no_proxy="*",
                      AWS_MAX_ATTEMPTS="1")
    bucket = f"has-{uuid.uuid4()}"
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=bucket)
    assert ask(bucket, "shop/forecart.json") == (1, ""), "there is none"
    s3.put_object(Bucket=bucket, Key="shop/forecart.json", Body=b"{}")
    assert ask(bucket, "shop/forecart.json") == (0, ""), "it is there"
    for wrong in ({"AWS_SECRET_ACCESS_KEY": "other"}, {"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}):
        status, said = ask(bucket, "shop/forecart.json", **wrong)
        assert status != 0 and "cannot be seen" in said, (wrong, status, said)
    print("deploy-aws: a repository that is there, one that is not, and two answers that say neither")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
