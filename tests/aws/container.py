"""A directory laid out as SageMaker lays out /opt/ml, and the program started in it as a container is."""

import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path


def wall_of_days(series, days, first=0):
    """Rows of a long table: a week's rhythm, a level for each series, the same every time."""
    rows = ["unique_id,ds,y"]
    for name, level in series.items():
        for day in range(first, first + days):
            date = time.strftime("%Y-%m-%d", time.gmtime(1704067200 + 86400 * day))
            rows.append(f"{name},{date},{level + 7 * (day % 7) + day * 37 % 11}")
    return "\n".join(rows) + "\n"


class Container:
    """`around` is its environment but for what `run` says; this process's where it is None."""

    def __init__(self, forecart, root, hosts=("algo-1",), current="algo-1", around=None):
        self.forecart = forecart
        self.around = os.environ if around is None else around
        self.root = Path(root)
        self.hosts = {"current_host": current, "hosts": list(hosts),
                      "network_interface_name": "eth0"}

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text if isinstance(text, str) else json.dumps(text))
        return path

    def prepare_training(self, hyperparameters, channels, mode="File"):
        """`channels`: files and their texts by channel."""
        self.write("input/config/hyperparameters.json", hyperparameters)
        self.write("input/config/resourceconfig.json", self.hosts)
        self.write("input/config/inputdataconfig.json", {
            name: {"TrainingInputMode": mode, "S3DistributionType": "FullyReplicated",
                   "RecordWrapperType": "None"} for name in channels})
        for channel, files in channels.items():
            for name, text in files.items():
                self.write(f"input/data/{channel}/{name}", text)

    def prepare_processing(self, inputs):
        """`inputs`: files by input, as paths or texts. The machine of a job sees what it got only."""
        self.write("config/resourceconfig.json", self.hosts)
        self.write("config/processingjobconfig.json", {
            "ProcessingJobName": "job", "ProcessingInputs": [
                {"InputName": name, "S3Input": {"LocalPath": f"/opt/ml/processing/input/{name}",
                                                "S3DataDistributionType": "ShardedByS3Key"}}
                for name in inputs]})
        for name, files in inputs.items():
            (self.root / "processing/input" / name).mkdir(parents=True, exist_ok=True)
            for file, content in files.items():
                path = f"processing/input/{name}/{file}"
                if isinstance(content, Path):
                    (self.root / path).symlink_to(content)
                else:
                    self.write(path, content)

    def start(self, *words, **environment):
        return subprocess.Popen(
            [self.forecart, "sagemaker", *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            text=True, env={**self.around, "SAGEMAKER_BASE_DIR": str(self.root), **environment})

    def run(self, *words, **environment):
        process = self.start(*words, **environment)
        out, err = process.communicate(timeout=300)
        return process.returncode, out, err

    def message(self):
        """What a processing job leaves to say, if it does."""
        place = self.root / "output/message"
        return place.read_text() if place.exists() else ""

    def read(self, name):
        return (self.root / name).read_text()


class Endpoint:
    """`sagemaker serve` of a container, at a port that was free."""

    def __init__(self, container, **environment):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        begun = time.monotonic()
        self.process = container.start("serve", "--address", "127.0.0.1",
                                       SAGEMAKER_BIND_TO_PORT=str(self.port), **environment)
        while self.process.poll() is None:
            try:
                if self.ask("GET", "/ping")[0] == 200:
                    break
            except OSError:
                time.sleep(0.001)
        self.seconds_to_ping = time.monotonic() - begun

    def ask(self, method, path, body=None, **headers):
        """Status, content type and body."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}{path}", method=method,
            data=body.encode() if isinstance(body, str) else body,
            headers={name.replace("_", "-"): value for name, value in headers.items()})
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as answer:
                return answer.status, answer.headers["Content-Type"], answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.headers["Content-Type"], error.read().decode()

    def invoke(self, body, kind="application/json", **headers):
        text = body if isinstance(body, str) else json.dumps(body)
        return self.ask("POST", "/invocations", text, Content_Type=kind, **headers)

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        _, err = self.process.communicate(timeout=20)
        return self.process.returncode, err
