#!/usr/bin/env python3
"""The way of orders on AWS, end to end, without an account and as the templates of deploy/aws say: an upload to S3
(the Ceph gateway) goes by the deployed rule of EventBridge and the queue (moto) to the function; what is too large
for it goes through the deployed state machine, shared out to calls of the function, and is published by a job of
SageMaker (its container runs here); alerts are told, QuickSight is, and deployed alarms of CloudWatch ring. What is
published is, byte for byte, what a laptop makes of the same files.

    check_rehearsal.py FORECART SERVERS TEMPLATES [--package ZIP] [--image TAR] [--orders FOLDER]

SERVERS as tests/store/servers writes it, TEMPLATES as `cdk synth` does for test/full.json. ZIP and TAR, of
scripts/package-lambda and scripts/package-image, run in roots that hold nothing else, in place of FORECART. FOLDER
has order files of the study (their last one comes as the later upload); without it they are made. Exit 77 where
something is missing that scripts/setup --test installs."""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "automation"))
sys.path.append(str(Path(__file__).resolve().parents[1] / "store"))
from check_image import ImageRoot, unpack as unpack_image  # noqa: E402
from check_lambda import Function, current  # noqa: E402
from check_package import environment, unpack as unpack_package  # noqa: E402
from check_quicksight import ACCOUNT, OWNER, QuickSight  # noqa: E402
from check_report import Shop  # noqa: E402
from check_serve import TOML as REAL_TOML  # noqa: E402
from check_sqs import server  # noqa: E402
from check_state_machine import TOML as MADE_TOML, MANY, orders_of, part_of_time  # noqa: E402
from container import Container  # noqa: E402
from empty_root import HOST, EmptyRoot, NameServer, missing  # noqa: E402
from ground import Executions, Ground, Metrics  # noqa: E402
from model_server import ModelServer  # noqa: E402
from step_tasks import FunctionCalls, ProcessingJobs  # noqa: E402
from web_hook import WebHook  # noqa: E402

MARGIN = 5  # s of a call that the function keeps for its end
TABLES, KINDS = ("forecasts", "backtest"), ("csv", "json", "parquet")
# An alert that begins with the proof of a run, so that whoever publishes it tells of it.
ADDED = """[quicksight]
publish = true
[[alert]]
kind = "coverage_drift"
tolerance = 0.0
"""


class Story:
    """Steps with the time that each took."""

    def __init__(self):
        self.begun = time.monotonic()

    @contextlib.contextmanager
    def step(self, text):
        begun = time.monotonic()
        said = []
        yield said.append
        took = time.monotonic() - begun
        print(f"{took:7.1f} s  {text}{': ' if said else ''}{'; '.join(said)}", flush=True)


class Bucket(Shop):
    prefix = "shop"  # deploy/aws/test/full.json

    def table(self, run, file):
        return self.get(f"runs/orders/{run}/{file}")


class Laptop:
    """The same shop in a folder of this host, brought on by hand."""

    def __init__(self, forecart, folder, settings):
        self.forecart, self.shop = forecart, Path(folder) / "shop"
        self.run("init")
        config = self.shop / "datasets/orders/dataset.toml"
        config.parent.mkdir(parents=True)
        config.write_text(settings)

    def run(self, *words):
        done = subprocess.run([self.forecart, *words, "--repository", self.shop], capture_output=True,
                              text=True, check=False)
        assert done.returncode in (0, 3), (words, done.stderr)
        return done.stdout

    def take_in(self, files):
        self.run("ingest", *map(str, files), "--dataset", "orders")

    def make_run(self):
        return json.loads(self.run("run", "--dataset", "orders", "--json"))["run"]

    def table(self, run, file):
        return (self.shop / "runs/orders" / run / file).read_bytes()


def compare(shop, laptop, run, own):
    """The published run and the laptop's: tables without times, and the states to go on from, which have the
    names of their content."""
    there, here = (json.loads(read(name, "manifest.json"))
                   for read, name in ((shop.table, run), (laptop.table, own)))
    assert there["tables"].keys() == here["tables"].keys(), there["tables"]
    files = [f"{table}.{kind}" for table in TABLES if table in here["tables"] for kind in KINDS]
    size = 0
    for file in files:
        bytes_here = laptop.table(own, file)
        assert shop.table(run, file) == bytes_here, f"{file} of {run} is not the laptop's"
        size += len(bytes_here)
    states = [{key for model in manifest["models"] for key in (model["key"], *model.get("parts", []))}
              for manifest in (there, here)]
    assert states[0] == states[1] and states[0], states
    return f"{size} bytes of {', '.join(files)}, and {len(states[0])} states"


def order_files(folder, scratch):
    """(files of the first upload, of the second)."""
    if folder:
        files = sorted(Path(folder).glob("*.csv"))
        assert len(files) > 1, f"no order files in {folder}"
        return files[:-1], files[-1:]
    made = []
    for days in (range(30), range(30, 53), range(53, 56)):
        made.append(Path(scratch) / f"days {days.start}+.csv")
        made[-1].write_text(orders_of(*MANY, days=days))
    return made[:2], made[2:]


class Places:
    """How the function's and the container's programs are started."""

    def __init__(self, words, scratch):
        self.shop, self.scratch = None, Path(scratch)
        self.package = self.image = None
        if words.package:
            unpack_package(words.package, self._made("package"))
            self.package = EmptyRoot(self.scratch / "package", self._made("etc"))
            NameServer()
        if words.image:
            self.image = ImageRoot(unpack_image(words.image, self._made("image")), self._made("image-etc"))
        self.bootstrap = self.scratch / "bootstrap"
        self.bootstrap.symlink_to(Path(words.forecart).resolve())
        self.forecart = words.forecart

    def _made(self, name):
        place = self.scratch / name
        place.mkdir()
        return place

    def function(self, variables):
        """What starts an instance of the function, with these variables and those of its runtime."""
        def command(asked):
            if self.package is None:
                return ["env", *(f"{name}={value}" for name, value in variables.items()), str(self.bootstrap)]
            api = asked["AWS_LAMBDA_RUNTIME_API"].replace("127.0.0.1", HOST)
            whole = {**environment(self.shop), **asked, **variables, "AWS_LAMBDA_RUNTIME_API": api}
            return self.package.command("/var/task/bootstrap", environment=whole)

        return lambda number: Function(command, self.shop, self._made(f"function-{number}"))

    def container(self, number):
        """Of a job, which knows nothing but what its request says and whom its role stands for."""
        role = {name: os.environ[name] for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "NO_PROXY")}
        folder = self.scratch / f"ml-{number}"
        return Container(self.forecart, folder, around=role) if self.image is None \
            else ImageContainer(self.image, folder, role)


class ImageContainer(Container):
    """The image with the directory as its /opt/ml."""

    def __init__(self, image, root, around):
        super().__init__(None, root, around=around)
        self.image = image

    def run(self, *words, **more):
        command = self.image.command(*words, environment={**self.around, **more})
        command[1:1] = ["--bind", str(self.root), "/opt/ml"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr


def told_by(ground, hook):
    """Variables by which alerts go to a hook whose address lies in Secrets Manager, and to no mail server, as there is
    none; SNS is as deployed."""
    secret = json.dumps({"url": hook.url})
    arn = ground.client("secretsmanager").create_secret(Name=ground.shop.bucket, SecretString=secret)["ARN"]
    return {"FORECART_ALERT_WEBHOOK": f"secretsmanager:{arn}#url", "FORECART_ALERT_MAIL_TO": ""}


class Rehearsal:
    """All that is there, from the bucket to the alarms."""

    def __init__(self, words, scratch):
        moto, _, _ = server(words.servers)
        self.is_made = not words.orders
        self.settings = (MADE_TOML if self.is_made else REAL_TOML) + ADDED
        self.first, self.later = order_files(words.orders, scratch)
        self.laptop = Laptop(words.forecart, scratch, self.settings)
        self.shop = Bucket(words.forecart, words.servers)
        self.ground = Ground(self.shop, moto, words.templates)
        self.watch = Metrics(self.ground)
        self.quicksight = QuickSight()
        self.models = ModelServer(self.quicksight.handlers())
        self.places = Places(words, scratch)
        self.places.shop = self.shop
        self.jobs = ProcessingJobs(self.places.container)
        self.shop.run("init")
        self.shop.put("datasets/orders/dataset.toml", self.settings)
        self._deploy(moto)

    def _deploy(self, moto):
        """Function and state machine, with what their templates say."""
        deployed = self.ground.deployed
        function, machine = (deployed.one(kind) for kind in ("AWS::Lambda::Function",
                                                             "AWS::StepFunctions::StateMachine"))
        variables = function["Environment"]["Variables"]
        assert variables["FORECART_REPOSITORY"] == self.shop.place, variables
        assert variables["FORECART_STATE_MACHINE"].endswith(f":{machine['StateMachineName']}"), variables
        self.hook = WebHook()
        name = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{function['FunctionName']}"
        self.calls = FunctionCalls(None, {"publish": MARGIN - 1}, name)  # no time: a job publishes
        self.executions = Executions(variables["FORECART_STATE_MACHINE"], json.loads(machine["DefinitionString"]),
                                     {":lambda:invoke": self.calls.invoke,
                                      ":createProcessingJob.sync": self._publish_by_job})
        # what is made here would fit any function
        self.memory = "128" if self.is_made else str(function["MemorySize"])
        at = {"AWS_ENDPOINT_URL": moto, "AWS_ENDPOINT_URL_S3": os.environ["AWS_ENDPOINT_URL"],
              "AWS_ENDPOINT_URL_SFN": self.executions.url}
        for service in ("QUICKSIGHT", "STS"):
            at[f"AWS_ENDPOINT_URL_{service}"] = os.environ[f"AWS_ENDPOINT_URL_{service}"] = self.models.url
        self.calls.start = self.places.function({
            **variables, **at, **told_by(self.ground, self.hook), "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": self.memory})

    def _publish_by_job(self, request):
        assert not self.hook.told, "somebody else has told of the run"
        return self.jobs.run(request)

    def upload(self, files):
        for file in files:
            self.shop.put(f"inbox/orders/{file.name}", file.read_text())

    def compare(self, run):
        return compare(self.shop, self.laptop, run, self.laptop.make_run())


def large_upload(show, story):
    """What is too large for a call, from the upload to the alert that the run begins."""
    with story.step("upload -> EventBridge -> SQS -> function, which has no time") as say:
        show.upload(show.first)
        answer, _ = show.ground.bring(show.calls.call, len(show.first), MARGIN + .3)
        assert answer["resume"]["orders"]["stops"] == 1 and answer["batchItemFailures"], answer["resume"]
        say(f"{len(answer['batchItemFailures'])} messages come again")
    with story.step("so that it hands over to the state machine") as say:
        show.laptop.take_in(show.first)
        show.calls.seconds["plan"] = MARGIN + part_of_time(show.laptop.run, show.memory)
        answer, _ = show.ground.bring(show.calls.call, len(show.first), MARGIN + .3)
        handed = answer["handed"]["orders"]
        assert not answer["batchItemFailures"] and handed["obstacle"], answer
        say(f"{handed['job']}: {handed['obstacle']}")
    with story.step("which shares it out, and publishes by a job") as say:
        visited = show.executions.wait(handed["job"])
        by_jobs = visited.count("TrainByJob")
        by_calls = visited.count("TrainByFunction")
        assert visited[0] == "Ingest" and visited[-1] == "PublishByJob", visited
        assert by_calls > 1 or not show.is_made, visited
        words = [request["AppSpecification"]["ContainerArguments"] for request in show.jobs.asked]
        assert words[-1][:4] == ["process", "--dataset", "orders", "--plan"], words
        machine = show.jobs.asked[-1]["ProcessingResources"]["ClusterConfig"]["InstanceType"]
        run = current(show.shop)
        say(f"{by_calls} shards by calls, {by_jobs} by jobs; {machine}; run {run}")
    with story.step("the same on the laptop, byte for byte") as say:
        say(show.compare(run))
    with story.step("the job tells of the alert that the run begins") as say:
        heard = show.ground.alerts()
        assert len(heard) == len(show.hook.told) > 0, (heard, show.hook.told)
        tables = show.shop.s3.list_objects_v2(Bucket=show.shop.bucket, Prefix="shop/quicksight/orders/csv/")
        assert tables["KeyCount"] > 0, "it has written no tables for QuickSight"
        say(f"{heard[0]}, by SNS and by a web hook that Secrets Manager knows; {tables['KeyCount']} tables")


def later_upload(show, story):
    """What fits a call."""
    with story.step("QuickSight is set up") as say:
        say(show.shop.run("quicksight", "setup", "--dataset", "orders", "--owner", OWNER).strip())
    with story.step("a later upload: the function goes on from the states and tells QuickSight") as say:
        before = len(show.quicksight.ingestions)
        show.upload(show.later)
        answer, took = show.ground.bring(show.calls.call)
        report, = [one for one in answer["datasets"] if one["run"]]
        ingested = len(show.quicksight.ingestions) - before
        assert ingested > 0 and not show.models.wrong, (show.quicksight.ingestions, show.models.wrong)
        say(f"{1000 * took:.0f} ms in the function; {ingested} data sets of QuickSight are taken in")
    with story.step("the same on the laptop, byte for byte") as say:
        show.laptop.take_in(show.later)
        say(show.compare(current(show.shop)))


def trouble(show, story):
    """What rings the deployed alarms."""
    run = current(show.shop)
    with story.step("a file that holds no orders; and a message that no call takes is given up") as say:
        show.shop.put("inbox/orders/letter.csv", "Dear shop,\nplease find enclosed\n")
        show.ground.bring(show.calls.call)
        assert current(show.shop) == run
        show.shop.put("inbox/orders/again.csv", show.later[0].read_text())
        times = show.ground.turn_away()
        inbox = show.ground.deployed.one("AWS::SQS::Queue", "Inbox")
        assert times == inbox["RedrivePolicy"]["maxReceiveCount"], (times, inbox)
        for _, metrics in show.calls.end():
            show.watch.take(metrics)
        show.watch.take_queue(show.ground, show.ground.dead)
        rings = show.watch.ringing()
        called = os.path.commonprefix([alarm["AlarmName"] for alarm in show.watch.alarms])
        assert {name.removeprefix(called) for name in rings} == {"dead-letters", "dead-letter-queue"}, rings
        say(f"{', '.join(sorted(rings))} ring; after {times} tries")


def rehearse(words, scratch):
    story = Story()
    with story.step("bucket, and what the templates have: rule, queues, topic, function, state machine, alarms") as say:
        show = Rehearsal(words, scratch)
        say(f"{len(show.watch.alarms)} alarms")
    large_upload(show, story)
    later_upload(show, story)
    trouble(show, story)
    show.shop.run("fsck")
    show.ground.end()
    print(f"{time.monotonic() - story.begun:7.1f} s  in all; fsck finds nothing damaged")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("forecart")
    parser.add_argument("servers")
    parser.add_argument("templates")
    parser.add_argument("--package")
    parser.add_argument("--image")
    parser.add_argument("--orders")
    words = parser.parse_args()
    why = missing() if words.package or words.image else ""
    if not Path(words.templates).is_dir():
        why = f"{words.templates} is not there (tests/deploy/check unit)"
    if why:
        print(f"skipped: {why}")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as scratch:
        rehearse(words, scratch)


if __name__ == "__main__":
    main()
