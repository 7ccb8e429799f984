#!/usr/bin/env python3
"""deploy/aws/templates/state-machine.json from a file in the inbox to published forecasts, with the
program as the function and as the container of processing jobs: what it publishes is byte for byte
what `forecart run` makes on a copy of the repository, whatever becomes of shards.

    check_state_machine.py FORECART

Requests of jobs are held against botocore's model where moto's is installed."""

import json
import os
import queue
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

PYTHON = Path(__file__).resolve().parents[2] / "third_party/moto/venv/bin/python"
try:
    import botocore.session
    from botocore.validate import ParamValidator
except ImportError:
    botocore = None
    if PYTHON.exists() and Path(sys.prefix) != PYTHON.parents[1]:
        os.execv(PYTHON, [str(PYTHON), "-B", *sys.argv])

from container import Container  # noqa: E402
from runtime_api import RuntimeApi  # noqa: E402
from state_machine import StateMachine, TaskFailure, filled, read_template  # noqa: E402

TEMPLATE = Path(__file__).resolve().parents[2] / "deploy/aws/templates/state-machine.json"
# More than 20 series, so that AutoSelect is proven, and fewer than it needs for networks and trees.
ITEMS, NEW_ITEMS, DAYS = 15, 8, 98
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


def orders():
    rows = ["id,when,quantity,price,product"]
    for day in range(DAYS):
        date = time.strftime("%Y-%m-%d", time.gmtime(1672531200 + 86400 * day))
        for item in range(ITEMS + NEW_ITEMS if day > DAYS - 8 else ITEMS):
            sold = (item + day % 7 + day * (item + 3) % 11) // 3
            rows += [f"{len(rows) + n},{date} 10:00,1,2.50,item {item}" for n in range(min(sold, 4))]
    return "\n".join(rows) + "\n"


class Function:
    """Instances of the function, as many as calls come at once; `seconds` is what a call has, by its
    step."""

    def __init__(self, forecart, repository, folder, memory, seconds):
        self.forecart, self.repository, self.folder = forecart, repository, folder
        self.memory, self.seconds = memory, seconds
        self.idle = queue.LifoQueue()
        self.processes = []
        self.answers = []
        self.lock = threading.Lock()

    def start(self):
        api = RuntimeApi()
        with self.lock:
            log = open(Path(self.folder) / f"function-{len(self.processes)}.log", "w", encoding="utf-8")
            self.processes.append(subprocess.Popen(
                [self.forecart, "lambda", "--margin", "1", "--no-metrics"], stderr=log,
                env={**os.environ, "AWS_LAMBDA_RUNTIME_API": api.address,
                     "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": self.memory,
                     "FORECART_REPOSITORY": str(self.repository)}))
        return api

    def __call__(self, parameters):
        assert parameters["FunctionName"] == VALUES["FunctionArn"], parameters
        event = parameters["Payload"]
        try:
            api = self.idle.get_nowait()
        except queue.Empty:
            api = self.start()
        how, answer, _ = api.call(event, self.seconds.get(event["step"], 120))
        self.answers.append(answer)
        self.idle.put(api)
        if how == "error":
            raise TaskFailure(answer["errorType"], json.dumps(answer))
        return {"ExecutedVersion": "$LATEST", "StatusCode": 200, "Payload": answer}

    def end(self):
        for process in self.processes:
            process.kill()
            process.wait()


class Jobs:
    """Processing jobs: the program in a directory laid out as theirs, with the container's words."""

    def __init__(self, forecart, folder):
        self.forecart, self.folder = forecart, Path(folder)
        self.words = []
        self.lock = threading.Lock()

    def __call__(self, request):
        if botocore is not None:
            model = botocore.session.get_session().get_service_model("sagemaker")
            shape = model.operation_model("CreateProcessingJob").input_shape
            report = ParamValidator().validate(request, shape)
            assert not report.has_errors(), report.generate_report()
        words = request["AppSpecification"]["ContainerArguments"]
        with self.lock:
            root = self.folder / f"job-{len(self.words)}"
            self.words.append(words)
        container = Container(self.forecart, root)
        container.prepare_processing({})
        status, out, err = container.run(*words, **request["Environment"])
        if status != 0:
            raise TaskFailure("States.TaskFailed", out + err)
        return {"ProcessingJobName": request["ProcessingJobName"]}


def program(forecart, *words):
    done = subprocess.run([forecart, *words], capture_output=True, text=True, check=False)
    assert done.returncode in (0, 3), (words, done.stdout, done.stderr)
    return done.stdout


def published(repository):
    run = json.loads((repository / "current/orders.json").read_text())["run"]
    return (repository / "runs/orders" / run / "forecasts.csv").read_bytes(), run


class Scene:
    def __init__(self, forecart, folder):
        self.forecart, self.folder = forecart, Path(folder)
        start = self.folder / "start"
        program(forecart, "init", "--repository", str(start))
        (start / "datasets/orders").mkdir(parents=True)
        (start / "datasets/orders/dataset.toml").write_text(TOML)
        (start / "inbox/orders").mkdir(parents=True)
        (start / "inbox/orders/first.csv").write_text(orders())
        self.start = start
        self.laptop = self.copy("laptop")
        program(forecart, "ingest", str(start / "inbox/orders/first.csv"), "--repository",
                str(self.laptop), "--dataset", "orders")
        program(forecart, "run", "--repository", str(self.laptop), "--dataset", "orders")

    def copy(self, name):
        return Path(shutil.copytree(self.start, self.folder / name))

    def execute(self, name, memory, seconds, around=lambda do: do, data=None):
        """How the machine ended, what it gave, and it."""
        repository = self.copy(name)
        function = Function(self.forecart, repository, self.folder, memory, seconds)
        self.jobs = Jobs(self.forecart, self.folder / f"{name}-jobs")
        machine = StateMachine(
            filled(read_template(TEMPLATE), {**VALUES, "Repository": str(repository)}),
            {":lambda:invoke": around(function), ":createProcessingJob.sync": self.jobs},
            pause=lambda _: None)
        try:
            how, output = machine.run(data or {"dataset": "orders"})
        finally:
            function.end()
        self.repository = repository
        return how, output, machine

    def check_published(self, run=None):
        ours, own_run = published(self.repository)
        assert run in (None, own_run), (run, own_run)
        assert ours == published(self.laptop)[0], "other forecasts than those of a laptop"
        left = [file for file in (self.repository / "plans").rglob("*") if file.is_file()]
        assert not left, left
        program(self.forecart, "fsck", "--repository", str(self.repository))


# A function of so little memory gets so small a share of a vCPU that its time does not do.
SMALL, PLAN_SECONDS = "128", {"plan": 10}


def check_functions(scene):
    """Shards by calls: one is retried, one fails for good and is left to the run."""
    trouble = {"1/": 1, "2/": 100}

    def around(do):
        def call(parameters):
            shard = parameters["Payload"].get("shard", "")[:2]
            if trouble.get(shard, 0) > 0:
                trouble[shard] -= 1
                raise TaskFailure("Lambda.ServiceException", "trouble")
            return do(parameters)
        return call

    how, output, machine = scene.execute("functions", SMALL, PLAN_SECONDS, around)
    assert how == "SUCCEEDED", output
    assert machine.visited.count("TrainByFunction") >= 2, machine.visited
    assert machine.visited.count("LeftToPublish") == 1, machine.visited
    assert ("TrainByFunction", "Lambda.ServiceException") in machine.retried
    assert machine.visited[-1] == "PublishByFunction" and output["published"], output
    scene.check_published(output["run"])
    return machine.visited.count("TrainByFunction")


def check_jobs(scene):
    """The same by jobs, as a plan says it of what calls have not the memory for."""

    def around(do):
        def call(parameters):
            answer = do(parameters)
            if parameters["Payload"]["step"] == "plan":
                answer["Payload"]["where"] = "job"
            return answer
        return call

    how, output, machine = scene.execute("jobs", SMALL, PLAN_SECONDS, around)
    assert how == "SUCCEEDED" and machine.visited[-1] == "PublishByJob", (output, machine.visited)
    words = scene.jobs.words
    assert all(own[:4] == ["process", "--dataset", "orders", "--plan"] for own in words), words
    assert sorted(own[6] for own in words[:-1])[:1] == [f"1/{len(words) - 1}"], words
    assert len(words) >= 3 and len(words[-1]) == 5, words
    scene.check_published()


def check_time(scene):
    """A run that a call has no time for after all is made by a job."""
    how, output, machine = scene.execute("time", "1769", {"publish": 1.2})
    assert how == "SUCCEEDED", output
    assert machine.visited[-2:] == ["PublishByFunction", "PublishByJob"], machine.visited
    scene.check_published()


def check_failure(scene):
    """A failure is kept once, and ends the execution as failed; nothing to do is no failure."""
    scene.start = scene.repository
    how, _, machine = scene.execute("again", "1769", {})
    assert how == "SUCCEEDED" and machine.visited[-1] == "NothingWaits", machine.visited
    (scene.start / "datasets/orders/dataset.toml").write_text("[columns")
    (scene.start / "inbox/orders/second.csv").write_text(orders())
    how, output, machine = scene.execute("broken", "1769", {})
    assert how == "FAILED" and output["Error"] == "bad_data", output
    assert machine.visited[-2:] == ["RecordFailure", "Failed"], machine.visited
    failure = json.loads((scene.repository / "work/orders/failure.json").read_text())
    assert failure["code"] == "bad_data" and failure["attempts"] == 1, failure


def main(forecart):
    with tempfile.TemporaryDirectory() as folder:
        scene = Scene(str(Path(forecart).resolve()), folder)
        shards = check_functions(scene)
        check_jobs(scene)
        check_time(scene)
        check_failure(scene)
    print(f"state machine: {shards} shards by functions, jobs, a call without time, and failures")


if __name__ == "__main__":
    main(*sys.argv[1:])
