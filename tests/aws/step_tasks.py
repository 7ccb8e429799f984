"""What the state machine has done, here: calls of the function, by instances of it, and processing jobs, by
containers. Both are tasks of state_machine.StateMachine."""

import json
import queue
import threading
from concurrent.futures import ThreadPoolExecutor

from state_machine import TaskFailure

try:
    from model_server import wrong_with
except ImportError:  # botocore comes with moto (scripts/setup --test)
    wrong_with = None


class FunctionCalls:
    """Each call goes to an instance that is idle, or a new one. `start(number)` gives an instance: `api` is its
    RuntimeApi, `end()` ends it. `seconds` is what a call of the state machine has, by its step."""

    def __init__(self, start, seconds, name=None):
        self.start, self.seconds, self.name = start, seconds, name
        self.instances, self.idle = [], queue.LifoQueue()
        self.lock = threading.Lock()
        self.starter = ThreadPoolExecutor(1)  # what bubblewrap runs ends with the thread that began it

    def call(self, event, seconds=60):
        """As RuntimeApi.call."""
        try:
            instance = self.idle.get_nowait()
        except queue.Empty:
            with self.lock:
                instance = self.starter.submit(self.start, len(self.instances)).result()
                self.instances.append(instance)
        told = instance.api.call(event, seconds)
        self.idle.put(instance)
        return told

    def invoke(self, parameters):
        """lambda:invoke of Step Functions."""
        assert parameters["FunctionName"] == self.name, parameters
        event = parameters["Payload"]
        how, answer, _ = self.call(event, self.seconds.get(event["step"], 120))
        if how == "error":
            raise TaskFailure(answer["errorType"], json.dumps(answer))
        return {"ExecutedVersion": "$LATEST", "StatusCode": 200, "Payload": answer}

    def end(self):
        """What each instance says at its end."""
        return [instance.end() for instance in self.instances]


class ProcessingJobs:
    """sagemaker:createProcessingJob.sync of Step Functions. `container(number)` gives the container of a job, which
    gets its words and its environment and nothing else; `asked` are the requests, each held to botocore's model."""

    def __init__(self, container):
        self.container, self.asked = container, []
        self.lock = threading.Lock()

    def run(self, request):
        wrong = wrong_with("sagemaker", "CreateProcessingJob", request) if wrong_with else []
        assert not wrong, wrong
        with self.lock:
            container = self.container(len(self.asked))
            self.asked.append(request)
        container.prepare_processing({})
        words = request["AppSpecification"]["ContainerArguments"]
        status, _, err = container.run(*words, **request["Environment"])
        name = request["ProcessingJobName"]
        if status != 0:
            ended = {"ProcessingJobName": name, "ExitMessage": container.message(), "FailureReason": "AlgorithmError"}
            raise TaskFailure("States.TaskFailed", json.dumps({**ended, "stderr": err}))
        return {"ProcessingJobName": name}
