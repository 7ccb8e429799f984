#!/usr/bin/env python3
"""Policies and program agree. Each part of a configuration runs for real, on Ceph (S3), moto and
botocore's models of QuickSight and Athena, and every request is written down on its way
(iam_recorder.py). All that a part asks is allowed by what `forecart iam` prints for it; all that is
allowed was asked, but for what the policy itself says AWS does (`unseen`), and NOT_RUN.

    check_iam.py FORECART SERVERS      SERVERS as tests/store/servers writes it

Exit 77 where Ceph or moto is not installed."""

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
sys.path += [str(TESTS / "automation"), str(TESTS / "store")]
from check_sqs import boto3, server  # noqa: E402
from boto3.s3.transfer import TransferConfig  # noqa: E402
from botocore.config import Config  # noqa: E402
from check_lambda import Function, notice  # noqa: E402
from check_quicksight import OWNER, TOML, Orders, QuickSight  # noqa: E402
from check_serve import eventually  # noqa: E402
from container import Container  # noqa: E402
from iam_evaluator import is_allowed, unused  # noqa: E402
from iam_recorder import ACCOUNT, Call, Recorder  # noqa: E402
from model_server import ModelServer  # noqa: E402
from web_hook import WebHook  # noqa: E402

OF = ("--dataset", "orders")
QUICK = ("--model", "SeasonalNaive")
PASSWORD = "seven lamps in the third window"
NOT_RUN = {"RemoveGarbage": "gc removes what is a day old, and waits two minutes before"}
# One panel is enough: rights do not hang on how many there are.
ONE_PANEL = re.sub(r'\[\[panel\]\]\nname = "by customer".*?(?=\[quicksight\])', "", TOML, flags=re.S)
SETTINGS = ONE_PANEL + """[report]
publish = true
[[alert]]
kind = "no_data"
[[input]]
file = "prices.csv"
kind = "price"
future = ["price"]
panels = ["daily by city"]
"""
PREFIX = "some/where"
TOO_LITTLE = json.dumps({"stops": 1, "seconds": 9999, "at": "2024-03-01 00:00:00Z"})
ROLE = f"arn:aws:iam::{ACCOUNT}:role/jobs"
IMAGE = f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/forecart:1"


class Account:
    """A bucket, other services, and who asks them now."""

    def __init__(self, forecart, servers, folder):
        ceph, key, secret = server(servers, "ceph")
        moto, _, _ = server(servers, "moto")
        os.environ.update(AWS_ACCESS_KEY_ID=key, AWS_SECRET_ACCESS_KEY=secret, NO_PROXY="*",
                          AWS_REGION="us-east-1", AWS_DEFAULT_REGION="us-east-1", no_proxy="*")
        self.forecart, self.folder, self.moto = forecart, Path(folder), moto
        self.models = ModelServer(QuickSight().handlers())
        self.recorders = {"S3": Recorder(ceph, is_s3=True), "": Recorder(moto, is_s3=False)}
        shown = Recorder(self.models.url, is_s3=False)
        self.recorders |= {name: shown for name in ("QUICKSIGHT", "ATHENA", "STS")}
        self.bucket = f"iam-{uuid.uuid4()}"
        self.place = f"s3://{self.bucket}/{PREFIX}"
        boto3.client("s3", endpoint_url=ceph).create_bucket(Bucket=self.bucket)
        self.set_up_services()
        for name, recorder in self.recorders.items():
            os.environ["AWS_ENDPOINT_URL" + (f"_{name}" if name else "")] = recorder.url
        self.s3 = boto3.client("s3", config=Config(request_checksum_calculation="when_required"))

    def set_up_services(self):
        aws = {name: boto3.client(name, endpoint_url=self.moto) for name in ("sns", "sqs", "secretsmanager")}
        self.topic = aws["sns"].create_topic(Name=self.bucket)["TopicArn"]
        self.queue = aws["sqs"].create_queue(QueueName=self.bucket)["QueueUrl"]
        self.secret = f"hook-{self.bucket}"
        self.machine = boto3.client("stepfunctions", endpoint_url=self.moto).create_state_machine(
            name=self.bucket, roleArn=ROLE, definition='{"StartAt":"a","States":{"a":{"Type":"Succeed"}}}'
        )["stateMachineArn"]
        hook = {"url": WebHook().url, "key": "hook-secret-7"}
        aws["secretsmanager"].create_secret(Name=self.secret, SecretString=json.dumps(hook))

    def act_as(self, part):
        for recorder in self.recorders.values():
            recorder.part = part

    def calls(self):
        found = {id(recorder): recorder for recorder in self.recorders.values()}
        return [call for recorder in found.values() for call in recorder.calls]

    def put(self, key, text):
        self.s3.put_object(Bucket=self.bucket, Key=f"{PREFIX}/{key}", Body=text.encode())

    def get(self, key):
        return self.as_part("", lambda: self.s3.get_object(
            Bucket=self.bucket, Key=f"{PREFIX}/{key}")["Body"].read())

    def arrive(self, name, days):
        """A file in the inbox, put there by an uploader."""
        self.as_part("uploader", lambda: self.put(f"inbox/orders/{name}", Orders(days).text()))

    def as_part(self, part, work):
        before = self.recorders["S3"].part
        self.act_as(part)
        try:
            return work()
        finally:
            self.act_as(before)

    def run(self, part, *words, ok=(0, 3), typed="", **environment):
        """The program, as that part, with the repository."""
        self.act_as(part)
        place = () if "--from" in words else ("--repository", self.place)
        if words[:1] in (("cloudwatch",), ("sagemaker",)):
            place = ()
        done = subprocess.run([self.forecart, *words, *place], capture_output=True, text=True,
                              input=typed, env={**os.environ, **environment}, check=False)
        assert done.returncode in ok, (part, words, done.returncode, done.stderr)
        return done.stdout

    def work_environment(self):
        """Alerts by a web hook, whose address and secret are read first, and SNS."""
        return {"FORECART_ALERT_WEBHOOK": f"secretsmanager:{self.secret}#url",
                "FORECART_ALERT_SNS_TOPIC": self.topic,
                "FORECART_ALERT_WEBHOOK_SECRET": f"secretsmanager:{self.secret}#key"}


def operate(account):
    """Makes the repository and what stands around it."""
    account.run("operator", "init")
    account.put("datasets/orders/dataset.toml", SETTINGS)
    account.run("operator", "cloudwatch", "apply", "--function", "orders")
    jobs = {"FORECART_SAGEMAKER_IMAGE": IMAGE, "FORECART_SAGEMAKER_ROLE": ROLE}
    start, name = ("sagemaker", "start"), f"a-{account.bucket[4:12]}"
    account.run("operator", *start, "train", name, "--input", "train=s3://my-bucket/in/", "--output",
                "s3://my-bucket/out/", **jobs)
    account.run("operator", *start, "process", name, "--input", "orders=s3://my-bucket/in/", "--output",
                "s3://my-bucket/out/", **jobs)
    account.run("operator", *start, "endpoint", name, "--model", "s3://my-bucket/model.tar.gz", **jobs)


def show(account):
    """QuickSight, once there is a run, by Athena, made and changed."""
    for _ in range(2):
        account.run("operator", "quicksight", "setup", *OF, "--owner", OWNER, "--source", "athena")
    account.run("operator", "quicksight", "link", *OF, "--user", OWNER)


def look_after(account):
    known = json.loads(account.get("work/orders/quicksight.json"))
    account.as_part("", lambda: account.put("work/orders/quicksight.json", json.dumps(
        {name: value for name, value in known.items() if name != "seal"} | {"told": ""})))
    account.run("operator", "quicksight", "refresh", *OF)
    account.run("operator", "quicksight", "status", *OF)
    account.run("operator", "cancel", *OF)
    account.run("operator", "user", "add", "ann", "--role", "viewer", "--grant", "orders",
                "--password-stdin", typed=PASSWORD)
    account.run("operator", "user", "token", "add", "ann", "nightly", "--role", "viewer")
    account.run("operator", "user", "remove", "ann")
    account.as_part("", lambda: account.put("current/orders.json", "{}"))
    account.run("operator", "fsck", "--repair")
    account.run("operator", "gc")


def upload_in_parts(account):
    """As people do: small files, large ones in parts, and one that is given up."""
    account.act_as("uploader")
    large, where = account.folder / "large.bin", {"Bucket": account.bucket, "Key": f"{PREFIX}/inbox/orders/x.bin"}
    large.write_bytes(bytes(6 << 20))
    account.s3.upload_file(str(large), where["Bucket"], where["Key"],
                           Config=TransferConfig(multipart_threshold=5 << 20, multipart_chunksize=5 << 20))
    begun = account.s3.create_multipart_upload(**where)
    account.s3.abort_multipart_upload(**where, UploadId=begun["UploadId"])
    account.act_as("")
    account.s3.delete_object(**where)


def work(account):
    """A host: by hand, and what waits."""
    orders = account.folder / "orders.csv"
    refused = ["?" if i == 4 else word for i, word in enumerate(Orders(range(1)).text().split("\r\n")[1].split(","))]
    orders.write_text(Orders(range(24)).text() + ",".join(refused) + "\r\n")
    environment = account.work_environment()
    account.run("worker", "ingest", str(orders), *OF)
    account.run("reader", "status")
    account.run("worker", "run", *OF, *QUICK, ok=(1,))  # its table is not there yet
    account.as_part("", lambda: account.put("inputs/orders/prices.csv", "ds,price\n2024-01-01,2\n2024-02-10,3\n"))
    account.run("worker", "run", *OF, *QUICK)
    show(account)
    account.arrive("more.csv", range(24, 26))
    account.as_part("", lambda: account.put("inbox/orders/bad.csv", "no,thing\n1,2\n"))
    account.run("worker", "work", **environment)
    account.run("reader", "uploads")
    account.run("operator", "uploads", "--retry")


def read(account):
    for words in (("runs", *OF), ("explain", *OF), ("plan", *OF),
                  ("diff", "current", "current", *OF), ("forecast", *OF, "--h", "3"),
                  ("report", *OF, "-o", str(account.folder / "report.html"))):
        account.run("reader", *words)


def call_function(account):
    """By S3, on its own; and by a schedule, with work that had too little time before."""
    bootstrap = account.folder / "bootstrap"
    bootstrap.symlink_to(Path(account.forecart).resolve())
    large = {"FORECART_SAGEMAKER_IMAGE": IMAGE, "FORECART_SAGEMAKER_ROLE": ROLE}
    for name, event, environment in (
            ("b.csv", notice(account, "b.csv"), account.work_environment()),
            ("c.csv", {"detail-type": "Scheduled Event", "detail": {}}, large)):
        account.act_as("function")
        account.arrive(name, range(26, 27) if name == "b.csv" else range(27, 28))
        if environment is large:
            account.as_part("", lambda: account.put("work/orders/resume.json", TOO_LITTLE))
        os.environ.update(environment)
        function = Function(lambda _: [str(bootstrap)], account, account.folder)
        answers = [function.api.call(event) for _ in range(2)]  # the second asks how the job stands
        assert {how for how, _, _ in answers} == {"response"}, answers
        assert bool(answers[0][1]["handed"]) == (environment is large), answers[0]
        function.end()
        for variable in environment:
            del os.environ[variable]


def process(account):
    """What was handed over, as SageMaker starts it."""
    account.act_as("job")
    account.arrive("d.csv", range(28, 29))
    container = Container(account.forecart, account.folder / "opt")
    container.prepare_processing({})
    status, _, err = container.run("process", *OF, FORECART_REPOSITORY=account.place)
    assert status == 0, err


def do_by_job(account, plan, *words):
    container = Container(account.forecart, account.folder / "shard")
    container.prepare_processing({})
    status, _, err = container.run("process", *OF, "--plan", plan["plan"], *words,
                                   FORECART_REPOSITORY=account.place)
    assert status == 0, (err, container.message())


def share(account):
    """A state machine is begun and followed, and each of its steps is done: a shard by a job, too."""
    account.arrive("e.csv", range(29, 30))
    account.as_part("", lambda: account.put("work/orders/resume.json", TOO_LITTLE))
    longer = SETTINGS.replace("horizon = ", "horizon = 1")  # which asks for a whole run, and so takes what shards fit
    account.as_part("", lambda: account.put("datasets/orders/dataset.toml", longer))
    account.act_as("function")
    os.environ["FORECART_STATE_MACHINE"] = account.machine
    function = Function(lambda _: [str(account.folder / "bootstrap")], account, account.folder)
    del os.environ["FORECART_STATE_MACHINE"]

    def call(event):
        how, answer, _ = function.api.call(event)
        assert how == "response", answer
        return answer

    for _ in range(2):  # the second asks how it stands
        assert call({"detail-type": "Scheduled Event", "detail": {}})["handed"]
    call({"step": "ingest", "dataset": "orders"})
    plan = call({"step": "plan", "dataset": "orders"})
    assert not plan["nothing"] and not plan["shards"], plan  # it fits: shared out all the same
    for number, parts in (("1/2", ("job", "function")), ("2/2", ("function", "job"))):  # the second reads what is there
        shard = {"dataset": "orders", "plan": plan["plan"], "shard": number}
        for part in parts:
            account.act_as(part)
            call({"step": "train", **shard}) if part == "function" else do_by_job(account, plan, "--shard", number)
    account.act_as("job")
    do_by_job(account, plan)
    account.act_as("function")
    account.arrive("f.csv", range(30, 31))
    call({"step": "ingest", "dataset": "orders"})
    plan = call({"step": "plan", "dataset": "orders"})
    call({"step": "publish", "dataset": "orders", "plan": plan["plan"]})
    function.end()


class Server:
    """`forecart serve`, and somebody who asks it."""

    def __init__(self, account, part, *words):
        account.act_as(part)
        self.log = account.folder / f"{part}.log"
        self.err = open(account.folder / f"{part}.err", "w+", encoding="utf-8")
        self.process = subprocess.Popen(
            [account.forecart, "serve", "--repository", account.place, "--listen", "127.0.0.1:0",
             "--log-format", "json", "--log-file", self.log, *words],
            stderr=self.err, env={**os.environ, **account.work_environment()})
        self.url = "http://127.0.0.1:" + eventually(self.port)
        self.headers = {"Content-Type": "application/json"}

    def port(self):
        found = re.search(r'"event":"listening".*?"port":(\d+)', self.log.read_text() if self.log.exists() else "")
        return found and found.group(1)

    def told(self, pattern):
        self.err.seek(0)
        found = re.search(pattern, self.err.read())
        return found and found.group(1)

    def ask(self, method, path, body=None, kind=None, wanted=None):
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        headers = {**self.headers, **({"Content-Type": kind} if kind else {})}
        request = urllib.request.Request(f"{self.url}/api/v1{path}", data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.headers, answer.read()
        except urllib.error.HTTPError as error:
            assert error.code == wanted, (method, path, error.code, error.read())
            return error.headers, b""

    def become_first_admin(self):
        secret = eventually(lambda: self.told(r"first-admin=(\S+)"))
        self.sign_in("/first-admin", {"secret": secret})

    def sign_in(self, path="/session", more=None):
        headers, body = self.ask("POST", path, {"name": "root", "password": PASSWORD, **(more or {})})
        self.headers |= {"Cookie": headers["Set-Cookie"].split(";")[0],
                         "X-CSRF-Token": json.loads(body)["csrf_token"]}

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(timeout=20) == 0


def serve(account):
    boto3.client("sqs", endpoint_url=account.moto).send_message(
        QueueUrl=account.queue, MessageBody=json.dumps(notice(account, "sent.csv")))
    served = Server(account, "serve", "--threads", "1", "--sqs",
                    account.queue.replace(account.moto, account.recorders[""].url))
    try:
        served.become_first_admin()
        ask_as_people_do(served, "sent.csv", 31, "bob")
        eventually(lambda: "work ended" in served.log.read_text(), 40)
        served.ask("DELETE", "/session")
        served.end()
    finally:
        served.process.kill()


def ask_as_people_do(served, sent, day, name):
    at, series = "/datasets/orders", "panel=daily+by+city&unique_id=total"
    for path in ("", "/runs", "/arrivals", "/uploads", "/panels", "/quality", "/plan", "/alerts", "/report", "/settings",
                 f"/forecast?{series}", f"/explanation?{series}", f"/history?{series}", f"/accuracy?{series}",
                 f"/outlook?{series}", f"/past?{series}", "/series?panel=daily+by+city", "/overrides", "/sales",
                 "/dimensions", "/dimensions/city/values", "/runs/current", "/runs/current/diff/current",
                 "/runs/current/tables/leaderboard"):
        served.ask("GET", at + path)
    rejects = json.loads(served.ask("GET", at + "/rejects")[1])
    served.ask("GET", f"{at}/rejects/{rejects['files'][0]['sha256']}")
    served.ask("GET", f"{at}/rejects/{'0' * 64}", wanted=404)
    served.ask("PUT", f"{at}/files/{sent}", Orders(range(day, day + 1)).text().encode(), "text/csv")
    served.ask("POST", at + "/arrivals/retry")
    served.ask("POST", at + "/overrides", {"panel": "daily by city", "unique_id": "total", "from": "2024-03-01",
                                           "to": "2024-03-02", "value": 3, "comment": "fair"})
    served.ask("POST", "/users", {"name": name, "role": "viewer", "datasets": ["orders"]})
    served.ask("POST", "/tokens", {"name": f"nightly-{name}", "role": "viewer"})
    served.ask("GET", "/audit")


def show_only(account):
    """A server that leaves the work to others: people ask for it, and take it back."""
    account.as_part("", lambda: account.put("inbox/orders/bad-2.csv", "no,thing\n3,4\n"))
    account.run("worker", "work", **account.work_environment())  # sets it aside
    served, at = Server(account, "dashboard", "--jobs", "0"), "/datasets/orders"
    try:
        served.sign_in()
        dead = json.loads(served.ask("GET", at + "/arrivals")[1])["dead"][0]["key"]
        taken = json.loads(served.ask("GET", at + "/uploads")[1])
        for of in (dead, taken["uploads"][0]["files"][0]["hash"]):
            served.ask("POST", f"{at}/preview?of={urllib.parse.quote(of)}", b"")
        ask_as_people_do(served, "sent-too.csv", 32, "eve")
        served.ask("POST", at + "/runs")
        served.ask("POST", at + "/cancel")
        served.ask("DELETE", "/users/eve")
        served.ask("DELETE", "/session")
        served.end()
    finally:
        served.process.kill()


def policies(account):
    """What is printed for each part, and its explanation."""
    options = {
        "worker": ("--alert-topic", account.topic, "--secret", account.secret, "--quicksight", "forecart"),
        "operator": ("--function", "orders", "--cloudwatch", "forecart", "--quicksight", "forecart",
                     "--job-role", ROLE, "--work-group", "primary"),
        "uploader": OF, "reader": ()}
    options["job"] = (*options["worker"], "--state-machine", account.machine)
    options["function"] = (*options["job"], "--function", "orders", "--job-role", ROLE)
    options["serve"] = (*options["worker"], "--queue", account.bucket)
    options["dashboard"] = options["worker"]
    printed = {}
    for part, words in options.items():
        ask = ("iam", part, "--account", ACCOUNT, *words)
        printed[part] = (json.loads(account.run("", *ask)),
                         json.loads(account.run("", *ask, "--explain", "--json"))["statements"])
    return printed


def check_all_allowed(printed, calls):
    refused = sorted({(call.part, call.action, call.resource, call.context) for call in calls
                      if call.part and not is_allowed(printed[call.part][0], call)})
    assert not refused, "asked and not allowed:\n" + "\n".join(map(str, refused))


def check_none_more(printed, calls):
    """Of every statement but those that only AWS needs, each action, resource and condition was asked
    for; what parts share by one of them."""
    left = []
    rules = {part: [one["rule"] for one in statements] for part, (_, statements) in printed.items()}
    for part, (_, statements) in printed.items():
        for one in statements:
            rule = one["rule"]
            if one["unseen"] or rule["Sid"] in NOT_RUN:
                continue
            takers = [other for other in rules if rule in rules[other]]
            left += [(part, rule["Sid"], what) for what in
                     unused(rule, [call for call in calls if call.part in takers])]
    assert not left, "allowed and never asked:\n" + "\n".join(map(str, left))


def check_refusals(printed, account):
    """What a part must not do, by the same evaluator."""
    place = f"arn:aws:s3:::{account.bucket}/{PREFIX}"
    bucket = f"arn:aws:s3:::{account.bucket}"
    for part, action, resource, context in (
            ("uploader", "s3:GetObject", f"{place}/sales/orders/x.parquet", ()),
            ("uploader", "s3:GetObject", f"{place}/inbox/orders/x.csv", ()),
            ("uploader", "s3:PutObject", f"{place}/inbox/other/x.csv", ()),
            ("uploader", "s3:ListBucket", bucket, (("s3:prefix", f"{PREFIX}/inbox/orders/"),)),
            ("reader", "s3:PutObject", f"{place}/current/orders.json", ()),
            ("reader", "s3:GetObject", f"{place}/raw/x", ()),
            ("reader", "s3:GetObject", f"{place}/access/users.json", ()),
            ("function", "s3:GetObject", f"{place}/access/users.json", ()),
            ("function", "s3:DeleteObject", f"{place}/runs/orders/r/manifest.json", ()),
            ("function", "iam:PassRole", ROLE, (("iam:PassedToService", "ec2.amazonaws.com"),)),
            ("worker", "s3:PutObject", f"{place}/datasets/orders/dataset.toml", ()),
            ("serve", "s3:DeleteObject", f"{place}/audit/2026-01-01/x.json", ()),
            *(("dashboard", action, f"{place}/{room}/orders/x", ()) for action in ("s3:PutObject", "s3:DeleteObject")
              for room in ("current", "runs", "sales", "raw", "models", "plans", "rejects", "uploads", "audit")
              if (action, room) != ("s3:PutObject", "audit")),
            ("dashboard", "s3:DeleteObject", f"{place}/inbox/orders/x.csv", ()),
            ("function", "s3:PutObject", f"{place}/audit/2026-01-01/x.json", ()),
            ("operator", "s3:GetObject", f"{bucket}/elsewhere/x", ()),
            ("operator", "s3:ListBucket", bucket, ())):
        assert not is_allowed(printed[part][0], Call(part, action, resource, context)), (part, action)
    assert is_allowed(printed["uploader"][0],
                      Call("uploader", "s3:PutObject", f"{place}/inbox/orders/x.csv"))


def main(forecart, servers):
    with tempfile.TemporaryDirectory() as folder:
        account = Account(forecart, servers, folder)
        for step in (operate, upload_in_parts, work, read, call_function, process, share, serve, show_only, look_after):
            begun = time.monotonic()
            step(account)
            print(step.__name__, f"{time.monotonic() - begun:.1f} s", flush=True)
        printed, calls = policies(account), account.calls()
    assert not account.models.wrong, account.models.wrong
    check_all_allowed(printed, calls)
    check_none_more(printed, calls)
    check_refusals(printed, account)
    print(f"{len(calls)} calls of {len(printed)} parts are allowed, and nothing else")


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
