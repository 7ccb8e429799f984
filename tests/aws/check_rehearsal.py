#!/usr/bin/env python3
"""The way of orders on AWS, end to end, without an account: an upload to S3 (the Ceph gateway) goes by
EventBridge and SQS (moto) to the function, what is too large for it to a job of SageMaker (moto has it, its
container's words run here), forecasts are published, QuickSight is told, and alarms of CloudWatch ring
where a file is no order file. What is published is, byte for byte, what a laptop makes of the same files.

    check_rehearsal.py FORECART SERVERS [--package ZIP] [--image TAR] [--orders FOLDER]

SERVERS as tests/store/servers writes it. ZIP and TAR, of scripts/package-lambda and scripts/package-image,
run in roots that hold nothing else, in place of FORECART. FOLDER has order files of the study (their last
one comes as the later upload); without it they are made. Exit 77 where something is missing that
scripts/setup --test installs."""

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
from check_serve import TOML, file_of  # noqa: E402
from check_sqs import server  # noqa: E402
from container import Container  # noqa: E402
from empty_root import HOST, EmptyRoot, NameServer, missing  # noqa: E402
from ground import Ground, Jobs, Metrics  # noqa: E402
from model_server import ModelServer  # noqa: E402

NO_TIME = 5.3  # s of a call, of which the function keeps 5 for its end
TABLES, KINDS = ("forecasts", "backtest"), ("csv", "json", "parquet")
SETTINGS = TOML + '[quicksight]\npublish = true\n'


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
    def table(self, run, file):
        return self.get(f"runs/orders/{run}/{file}")


class Laptop:
    """The same shop in a folder of this host, brought on by hand."""

    def __init__(self, forecart, folder):
        self.forecart, self.shop = forecart, Path(folder) / "shop"
        self.run("init")
        config = self.shop / "datasets/orders/dataset.toml"
        config.parent.mkdir(parents=True)
        config.write_text(SETTINGS)

    def run(self, *words):
        done = subprocess.run([self.forecart, *words, "--repository", self.shop], capture_output=True,
                              text=True, check=False)
        assert done.returncode == 0, (words, done.stderr)
        return done.stdout

    def bring(self, files):
        self.run("ingest", *map(str, files), "--dataset", "orders")
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
    for number, days in enumerate((range(20), range(20, 40), range(40, 43))):
        made.append(Path(scratch) / f"days {number}+.csv")
        made[-1].write_text(file_of(days))
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

    def function(self, more):
        """What starts the function, for the environment that the runtime adds."""
        def start(asked):
            if self.package is None:
                return ["env", *(f"{name}={value}" for name, value in more.items()), str(self.bootstrap)]
            api = asked["AWS_LAMBDA_RUNTIME_API"].replace("127.0.0.1", HOST)
            variables = {**environment(self.shop), **asked, **more, "AWS_LAMBDA_RUNTIME_API": api}
            return self.package.command("/var/task/bootstrap", environment=variables)
        return start

    def container(self, folder):
        return Container(self.forecart, folder) if self.image is None else ImageContainer(self.image, folder)


class ImageContainer(Container):
    """The image with the directory as its /opt/ml."""

    def __init__(self, image, root):
        super().__init__(None, root)
        self.image = image

    def run(self, *words, **more):
        names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION")
        command = self.image.command(*words, environment={**{name: os.environ[name] for name in names}, **more})
        command[1:1] = ["--bind", str(self.root), "/opt/ml"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout, done.stderr


def rehearse(words, scratch):
    story = Story()
    moto, _, _ = server(words.servers)
    aws = QuickSight()
    models = ModelServer(aws.handlers())
    first, later = order_files(words.orders, scratch)
    with story.step("bucket, rule, queue with dead letters, data set, alarms") as say:
        shop = Bucket(words.forecart, words.servers)
        ground = Ground(shop, moto)
        shop.run("init")
        shop.put("datasets/orders/dataset.toml", SETTINGS)
        for service in ("QUICKSIGHT", "STS"):
            os.environ[f"AWS_ENDPOINT_URL_{service}"] = models.url
        watch = Metrics(ground)
        watched = subprocess.run([words.forecart, "cloudwatch", "apply", "--function", ground.name, "--queue",
                                  ground.name, "--dead-letter-queue", f"{ground.name}-dead"], check=True,
                                 capture_output=True, text=True, env={**os.environ, "AWS_ENDPOINT_URL": moto})
        say(watched.stdout.strip())
    laptop = Laptop(words.forecart, scratch)
    places = Places(words, scratch)
    places.shop = shop
    jobs = Jobs(moto)
    common = {"AWS_ENDPOINT_URL_SAGEMAKER": jobs.url, "AWS_ENDPOINT_URL_QUICKSIGHT": models.url,
              "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "3538",
              "FORECART_SAGEMAKER_IMAGE": f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/forecart:1",
              "FORECART_SAGEMAKER_ROLE": f"arn:aws:iam::{ACCOUNT}:role/forecart-jobs"}

    function = Function(places.function(common), shop, scratch)
    with story.step("upload -> EventBridge -> SQS -> function, which has no time") as say:
        for file in first:
            shop.put(f"inbox/orders/{file.name}", file.read_text())
        answer, _ = ground.bring(function.api.call, len(first), NO_TIME)
        assert answer["resume"]["orders"]["stops"] == 1 and answer["batchItemFailures"], answer["resume"]
        say(f"{len(answer['batchItemFailures'])} messages come again")
    with story.step("so that it asks SageMaker for a job") as say:
        answer, _ = ground.bring(function.api.call, len(first), NO_TIME)
        job = answer["handed"]["orders"]
        assert not answer["batchItemFailures"] and job["obstacle"], answer["handed"]
        say(f"{job['job']}: {job['obstacle']}")
    with story.step("the job's container publishes") as say:
        asked = jobs.run(job["job"], places.container(Path(scratch) / "ml"))
        run = current(shop)
        say(f"{asked['ProcessingResources']['ClusterConfig']['InstanceType']}; run {run}")
    with story.step("the same on the laptop, byte for byte") as say:
        say(compare(shop, laptop, run, laptop.bring(first)))
    with story.step("QuickSight is set up") as say:
        say(shop.run("quicksight", "setup", "--dataset", "orders", "--owner", OWNER).strip())

    with story.step("a later upload: the function goes on from the states and tells QuickSight") as say:
        before = len(aws.ingestions)
        for file in later:
            shop.put(f"inbox/orders/{file.name}", file.read_text())
        answer, took = ground.bring(function.api.call)
        report, = [one for one in answer["datasets"] if one["run"]]
        run = current(shop)
        ingested = len(aws.ingestions) - before
        assert ingested > 0 and not models.wrong, (aws.ingestions, models.wrong)
        say(f"{1000 * took:.0f} ms in the function; {ingested} data sets of QuickSight are taken in")
    with story.step("the same on the laptop, byte for byte") as say:
        say(compare(shop, laptop, run, laptop.bring(later)))
    with story.step("a file that holds no orders rings an alarm") as say:
        shop.put("inbox/orders/letter.csv", "Dear shop,\nplease find enclosed\n")
        ground.bring(function.api.call)
        assert current(shop) == run
        _, metrics = function.end()
        watch.take(metrics)
        rings = watch.ringing()
        assert rings == {"forecart-dead-letters"}, rings
        say(", ".join(rings))
    shop.run("fsck")
    ground.end()
    print(f"{time.monotonic() - story.begun:7.1f} s  in all; fsck finds nothing damaged")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("forecart")
    parser.add_argument("servers")
    parser.add_argument("--package")
    parser.add_argument("--image")
    parser.add_argument("--orders")
    words = parser.parse_args()
    why = missing() if words.package or words.image else ""
    if why:
        print(f"skipped: {why}")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as scratch:
        rehearse(words, scratch)


if __name__ == "__main__":
    main()
