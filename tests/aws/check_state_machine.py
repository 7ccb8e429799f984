#!/usr/bin/env python3
"""deploy/aws/templates/state-machine.json from a file in the inbox to published forecasts, with the
program as the function and as the container of processing jobs: what it publishes is byte for byte
what `forecart run` makes on a copy of the repository, whatever becomes of shards and of publishings.

    check_state_machine.py FORECART

Requests of jobs are held against botocore's model where moto's is installed."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PYTHON = Path(__file__).resolve().parents[2] / "third_party/moto/venv/bin/python"
try:
    import botocore  # noqa: F401
except ImportError:
    if PYTHON.exists() and Path(sys.prefix) != PYTHON.parents[1]:
        os.execv(PYTHON, [str(PYTHON), "-B", *sys.argv])

from container import Container  # noqa: E402
from runtime_api import RuntimeApi  # noqa: E402
from state_machine import StateMachine, TaskFailure, filled, read_template  # noqa: E402
from step_tasks import FunctionCalls, ProcessingJobs  # noqa: E402

TEMPLATE = Path(__file__).resolve().parents[2] / "deploy/aws/templates/state-machine.json"
# Items, those that begin to sell in the last week, and days. MANY are so many that AutoSelect is proven alone, and have
# too little for models that learn from all of them, so that calls can share them; of FEW LSTM is proven too, one piece.
MANY, FEW = (15, 6, 56), (2, 1, 98)
VALUES = {"Partition": "aws", "Region": "eu-central-1", "KmsKey": "alias/forecart",
          "FunctionArn": "arn:aws:lambda:eu-central-1:123456789012:function:forecart",
          "Image": "123456789012.dkr.ecr.eu-central-1.amazonaws.com/forecart:1",
          "JobRole": "arn:aws:iam::123456789012:role/forecart-jobs",
          "Subnets": ["subnet-0123456789abcdef0"], "SecurityGroups": ["sg-0123456789abcdef0"]}
TOML = """[columns]
order_id = "id"
time = "when"
quantity = "quantity"
unit_price = "price"
product = "product"
[[panel]]
name = "daily"
by = ["product"]
measure = "units"
frequency = "D"
horizon = 7
"""


def orders_of(items, new, last, days=None):
    """Order lines of days of 2023, always the same: all until `last`, or those; `new` items sell in its last week."""
    rows = ["id,when,quantity,price,product"]
    for day in days or range(last):
        date = time.strftime("%Y-%m-%d", time.gmtime(1672531200 + 86400 * day))
        for item in range(items + new if day >= last - 7 else items):
            sold = (item + day % 7 + day * (item + 3) % 11) // 3
            rows += [f"{day * 1000 + item * 10 + n},{date} 10:00,1,2.50,item {item}" for n in range(min(sold, 4))]
    return "\n".join(rows) + "\n"


def part_of_time(run, memory, part=0.6):
    """Seconds in which a call with so many MB does that part of the run that waits, as `forecart plan` foretells
    it: then shards do the rest."""
    plan = json.loads(run("plan", "--dataset", "orders", "--no-probe", "--json"))
    return part * plan["usage"]["core_seconds"] * 1769 / float(memory)


class Instance:
    """A process of the function."""

    def __init__(self, forecart, log, environment):
        self.api = RuntimeApi()
        with open(log, "w", encoding="utf-8") as file:
            self.process = subprocess.Popen(
                [forecart, "lambda", "--margin", "1", "--no-metrics"], stderr=file,
                env={**environment, "AWS_LAMBDA_RUNTIME_API": self.api.address})

    def end(self):
        self.process.kill()
        self.process.wait()


def program(forecart, *words):
    done = subprocess.run([forecart, *words], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 3), (words, done.stdout, done.stderr)
    return done.stdout


def published(repository):
    run = json.loads((repository / "current/orders.json").read_text())["run"]
    return (repository / "runs/orders" / run / "forecasts.csv").read_bytes(), run


class Scene:
    def __init__(self, forecart, folder, size):
        self.forecart, self.folder = forecart, Path(folder)
        self.folder.mkdir()
        start = self.folder / "start"
        self.program(start, "init")
        (start / "datasets/orders").mkdir(parents=True)
        (start / "datasets/orders/dataset.toml").write_text(TOML)
        (start / "inbox/orders").mkdir(parents=True)
        (start / "inbox/orders/first.csv").write_text(orders_of(*size))
        self.start = start
        self.laptop = self.copy("laptop")
        self.on_laptop("ingest", str(start / "inbox/orders/first.csv"), "--dataset", "orders")
        self.short = part_of_time(self.on_laptop, SMALL) + MARGIN
        self.on_laptop("run", "--dataset", "orders")

    def program(self, repository, *words):
        return program(self.forecart, *words, "--repository", str(repository))

    def on_laptop(self, *words):
        return self.program(self.laptop, *words)

    def copy(self, name):
        return Path(shutil.copytree(self.start, self.folder / name))

    def execute(self, name, memory, seconds, around=lambda do: do, around_jobs=lambda do: do, **variables):
        """How the machine ended, what it gave, and it, on a copy of the repository of this name, or that one if it
        is there."""
        self.repository = self.folder / name if (self.folder / name).exists() else self.copy(name)
        environment = {**os.environ, "AWS_REGION": VALUES["Region"], "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": memory,
                       "FORECART_REPOSITORY": str(self.repository), **variables}
        calls = FunctionCalls(
            lambda number: Instance(self.forecart, self.folder / f"function-{number}.log", environment),
            seconds, VALUES["FunctionArn"])
        self.jobs = ProcessingJobs(lambda number: Container(
            self.forecart, self.folder / f"{name}-jobs" / str(time.monotonic_ns()), around={}))
        machine = StateMachine(
            filled(read_template(TEMPLATE), VALUES),
            {":lambda:invoke": around(calls.invoke), ":createProcessingJob.sync": around_jobs(self.jobs.run)},
            pause=lambda _: None)
        try:
            how, output = machine.run({"dataset": "orders"})
        finally:
            calls.end()
        return how, output, machine

    def failure(self):
        return json.loads((self.repository / "work/orders/failure.json").read_text())

    def check_published(self, run=None, left_plans=0):
        ours, own_run = published(self.repository)
        assert run in (None, own_run), (run, own_run)
        assert ours == published(self.laptop)[0], "other forecasts than those of a laptop"
        left = [file for file in (self.repository / "plans").rglob("*") if file.is_file()]
        assert len(left) == left_plans, left
        assert not (self.repository / "work/orders/failure.json").exists()
        self.program(self.repository, "fsck")


# A function of so little memory gets so small a share of a vCPU that its time does not do.
SMALL, MARGIN = "128", 1
TOPIC = f"arn:aws:sns:{VALUES['Region']}:123456789012:alerts"


def failing(do, names):
    """`do`, whose calls fail by these first, "" for one that does not."""
    left = list(names)

    def call(parameters):
        error = left.pop(0) if left else ""
        if error:
            raise TaskFailure(error, json.dumps({"errorMessage": "trouble"}))
        return do(parameters)
    return call


def check_functions(scene):
    """Shards by calls: one is retried, one fails for good and is left to the run. An ingest that was waited for in vain
    is done again."""
    def around(do):
        of = {"ingest": failing(do, ["States.Timeout"]), "1": failing(do, ["unavailable"]),
              "2": failing(do, ["Lambda.ServiceException"] * 100)}

        def call(parameters):
            event = parameters["Payload"]
            name = event.get("shard", event["step"]).split("/")[0]
            return of.get(name, do)(parameters)
        return call

    how, output, machine = scene.execute("functions", SMALL, {"plan": scene.short}, around)
    assert how == "SUCCEEDED", output
    assert machine.visited.count("TrainByFunction") >= 2, machine.visited
    assert machine.visited.count("LeftToPublish") == 1, machine.visited
    assert {("Ingest", "States.Timeout"), ("TrainByFunction", "unavailable")} <= set(machine.retried), machine.retried
    assert machine.visited[-1] == "PublishByFunction" and output["published"], output
    scene.check_published(output["run"])
    return machine.visited.count("TrainByFunction")


def check_jobs(scene):
    """The same by jobs, as a plan says it of a fit that nobody can share and no call has the time for, here by two
    that would else be one; they know of the function's
    environment whom alerts go to, and no secrets. The run has tables for QuickSight."""
    settings = scene.start / "datasets/orders/dataset.toml"
    settings.write_text(TOML + "[quicksight]\npublish = true\n")

    def around(do):
        def call(parameters):
            answer = do(parameters)
            plan = answer["Payload"]
            if parameters["Payload"]["step"] == "plan":
                assert plan["where"] == "job", plan
                plan["shards"] = [{"dataset": "orders", "plan": plan["plan"], "shard": shard} for shard in ("1/2", "2/2")]
            return answer
        return call

    how, output, machine = scene.execute("jobs", SMALL, {"plan": scene.short}, around, FORECART_ALERT_SNS_TOPIC=TOPIC,
                                         FORECART_ALERT_SMTP_PASSWORD="pass", FORECART_SAGEMAKER_INSTANCE="ml.m5.large")
    settings.write_text(TOML)
    assert how == "SUCCEEDED" and machine.visited[-1] == "PublishByJob", (output, machine.visited)
    words = [asked["AppSpecification"]["ContainerArguments"] for asked in scene.jobs.asked]
    assert all(own[:4] == ["process", "--dataset", "orders", "--plan"] for own in words), words
    assert sorted(own[6] for own in words[:-1]) == ["1/2", "2/2"] and len(words[-1]) == 5, words
    for asked in scene.jobs.asked:
        assert asked["Environment"] == {"FORECART_REPOSITORY": str(scene.repository), "AWS_REGION": VALUES["Region"],
                                        "FORECART_ALERT_SNS_TOPIC": TOPIC}, asked
        assert asked["ProcessingResources"]["ClusterConfig"]["InstanceType"] == "ml.m5.large", asked
    assert (scene.repository / "quicksight/orders/csv/forecasts/forecasts.csv").exists()
    scene.check_published()


def check_publishing(scene):
    """A run that a call has no time for after all goes to a job. Where that fails, and again, the execution has
    failed, which is kept; the next one publishes, here after a call that was given up waiting for."""
    def around_jobs(do):
        return failing(do, ["States.TaskFailed"] * 2)

    seconds = {"publish": MARGIN}
    how, output, machine = scene.execute("again", "1769", seconds, around_jobs=around_jobs)
    assert how == "FAILED" and output["Error"] == "States.TaskFailed", output
    assert machine.visited[-4:] == ["PublishByFunction", "PublishByJob", "RecordFailure", "Failed"], machine.visited
    assert machine.retried == [("PublishByJob", "States.TaskFailed")], machine.retried
    assert scene.failure()["attempts"] == 1 and scene.failure()["message"] == "trouble", scene.failure()

    def around(do):
        given_up = failing(do, ["States.Timeout"])
        return lambda asked: (given_up if asked["Payload"]["step"] == "publish" else do)(asked)

    how, output, machine = scene.execute("again", "1769", {}, around)
    assert how == "SUCCEEDED" and machine.visited[-2:] == ["PublishByFunction", "PublishByJob"], machine.visited
    scene.check_published(left_plans=1)  # that of the execution which failed, for gc


def check_failure(scene):
    """A failure is kept once, and ends the execution as failed, whose history says nothing of what stands in
    settings; nothing to do is no failure."""
    how, _, machine = scene.execute("again", "1769", {})
    assert how == "SUCCEEDED" and machine.visited[-1] == "NothingWaits", machine.visited
    (scene.repository / "datasets/orders/dataset.toml").write_text(TOML + "ann_smith = 1\n")
    (scene.repository / "inbox/orders/second.csv").write_text(orders_of(*FEW, days=range(3)))
    how, output, machine = scene.execute("again", "1769", {})
    assert how == "FAILED" and output["Error"] == "unknown_name" and "ann_smith" not in output["Cause"], output
    assert machine.visited[-2:] == ["RecordFailure", "Failed"], machine.visited
    failure = scene.failure()
    assert failure["code"] == "unknown_name" and failure["attempts"] == 1 and "ann_smith" in failure["message"], failure


def main(forecart):
    with tempfile.TemporaryDirectory() as folder:
        program_file = str(Path(forecart).resolve())
        shards = check_functions(Scene(program_file, f"{folder}/many", MANY))
        scene = Scene(program_file, f"{folder}/few", FEW)
        check_jobs(scene)
        check_publishing(scene)
        check_failure(scene)
    print(f"state machine: {shards} shards by functions, jobs, publishings that fail, and failures")


if __name__ == "__main__":
    main(*sys.argv[1:])
