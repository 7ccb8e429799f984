"""The part of Amazon States Language that deploy/aws/templates/state-machine.json is written in, run
here: what Step Functions would hand on is handed to functions of Python, in the same order, with the
same retries. A field that it does not know is an error, so that nothing is passed over."""

import json
import random
import re
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

FIELDS = {
    "Task": {"Resource", "Parameters", "ResultSelector", "ResultPath", "Retry", "Catch",
             "TimeoutSeconds"},
    "Map": {"ItemsPath", "ItemSelector", "ItemProcessor", "MaxConcurrency", "ResultPath", "Catch"},
    "Choice": {"Choices", "Default"},
    "Pass": {"Result"},
    "Fail": {"ErrorPath", "CausePath"},
    "Succeed": set(),
}
# Names that States.ALL and States.TaskFailed stand for others of, but these
ONLY_BY_NAME = {"States.DataLimitExceeded", "States.Runtime"}


class TaskFailure(Exception):
    """What a state failed by: its error, as Retry and Catch name it, and the cause."""

    def __init__(self, error, cause=""):
        super().__init__(f"{error}: {cause}")
        self.error = error
        self.cause = cause


def filled(template, values):
    """The definition with its places filled: a text that is wholly `${Name}` becomes that value,
    whatever it is."""
    if isinstance(template, dict):
        return {name: filled(value, values) for name, value in template.items()}
    if isinstance(template, list):
        return [filled(value, values) for value in template]
    if not isinstance(template, str):
        return template
    whole = re.fullmatch(r"\$\{(\w+)\}", template)
    if whole:
        return values[whole[1]]
    return re.sub(r"\$\{(\w+)\}", lambda place: str(values[place[1]]), template)


def look_up(path, data, context):
    """`$.a.b` of the state's input, `$$.a.b` of the execution."""
    value = context if path.startswith("$$") else data
    for part in path.lstrip("$").strip(".").split("."):
        if part and part not in value:
            raise TaskFailure("States.Runtime", f"'{path}' is not in {value}")
        value = value[part] if part else value
    return value


def evaluated(text, data, context):
    """A path, or one of the intrinsic functions Format, Array and UUID of paths and texts."""
    call = re.fullmatch(r"States\.(\w+)\((.*)\)", text)
    if not call:
        return look_up(text, data, context)
    words = re.findall(r"States\.\w+\([^()]*\)|'[^']*'|\$[\w.$]*", call[2])
    values = [word[1:-1] if word.startswith("'") else evaluated(word, data, context) for word in words]
    if call[1] == "UUID":
        return str(uuid.uuid4())
    if call[1] == "Array":
        return values
    assert call[1] == "Format", text
    return re.sub(r"\{\}", lambda _: str(values.pop(1)), values[0])


def shaped(template, data, context):
    """A template whose members `name.$` are evaluated."""
    if isinstance(template, dict):
        return {name.removesuffix(".$"): evaluated(value, data, context) if name.endswith(".$")
                else shaped(value, data, context) for name, value in template.items()}
    if isinstance(template, list):
        return [shaped(value, data, context) for value in template]
    return template


def placed(data, path, result):
    """The input with the result at its ResultPath."""
    if path is None:
        return data
    if path == "$":
        return result
    assert re.fullmatch(r"\$\.\w+", path), path
    return {**data, path[2:]: result}


def names(rule, error):
    listed = rule["ErrorEquals"]
    if error in listed:
        return True
    if error in ONLY_BY_NAME:
        return False
    return "States.ALL" in listed or ("States.TaskFailed" in listed and error != "States.Timeout")


class StateMachine:
    """`tasks`: what is done for a resource, by the end of its ARN: it gets the parameters, and gives
    the result or raises TaskFailure. `pause` is told the seconds between two tries."""

    def __init__(self, definition, tasks, pause=time.sleep):
        self.definition = definition
        self.tasks = tasks
        self.pause = pause
        self.visited = []  # names of states, as they were entered
        self.retried = []  # (state, error)
        self.lock = threading.Lock()

    def run(self, data):
        """("SUCCEEDED", output) or ("FAILED", {"Error", "Cause"})."""
        started = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        context = {"Execution": {"StartTime": started, "Input": data}}
        try:
            return "SUCCEEDED", self._run(self.definition, data, context)
        except TaskFailure as failure:
            return "FAILED", {"Error": failure.error, "Cause": failure.cause}

    def _run(self, machine, data, context):
        name = machine["StartAt"]
        while True:
            state = machine["States"][name]
            with self.lock:
                self.visited.append(name)
            known = {"Type", "Comment", "Next", "End"} | FIELDS[state["Type"]]
            assert set(state) <= known, f"{name}: {set(state) - known}"
            try:
                data, following = getattr(self, "_" + state["Type"].lower())(name, state, data, context)
            except TaskFailure as failure:
                data, following = self._caught(state, data, failure)
            if following is None:
                return data
            name = following

    @staticmethod
    def _caught(state, data, failure):
        for rule in state.get("Catch", []):
            if names(rule, failure.error):
                told = {"Error": failure.error, "Cause": failure.cause}
                return placed(data, rule.get("ResultPath", "$"), told), rule["Next"]
        raise failure

    @staticmethod
    def _next(state):
        assert state.get("End") or state.get("Next"), state
        return None if state.get("End") else state["Next"]

    def _task(self, name, state, data, context):
        do = next(do for end, do in self.tasks.items() if state["Resource"].endswith(end))
        tries = [0] * len(state.get("Retry", []))
        while True:
            try:
                result = do(shaped(state["Parameters"], data, context))
                break
            except TaskFailure as failure:
                self._wait_to_retry(name, state, failure, tries)
        if "ResultSelector" in state:
            result = shaped(state["ResultSelector"], result, context)
        return placed(data, state.get("ResultPath", "$"), result), self._next(state)

    def _wait_to_retry(self, name, state, failure, tries):
        for at, rule in enumerate(state.get("Retry", [])):
            if not names(rule, failure.error):
                continue
            if tries[at] >= rule.get("MaxAttempts", 3):
                break
            seconds = rule.get("IntervalSeconds", 1) * rule.get("BackoffRate", 2) ** tries[at]
            seconds = min(seconds, rule.get("MaxDelaySeconds", seconds))
            tries[at] += 1
            with self.lock:
                self.retried.append((name, failure.error))
            self.pause(random.uniform(0, seconds) if rule.get("JitterStrategy") == "FULL" else seconds)
            return
        raise failure

    def _map(self, _, state, data, context):
        processor = state["ItemProcessor"]
        assert processor["ProcessorConfig"] == {"Mode": "INLINE"}, processor
        items = look_up(state["ItemsPath"], data, context)

        def one(item):
            own = {**context, "Map": {"Item": {"Value": item}}}
            chosen = shaped(state["ItemSelector"], data, own) if "ItemSelector" in state else item
            return self._run(processor, chosen, own)

        with ThreadPoolExecutor(state["MaxConcurrency"]) as pool:
            results = list(pool.map(one, items))
        return placed(data, state.get("ResultPath", "$"), results), self._next(state)

    def _choice(self, _, state, data, context):
        for choice in state["Choices"]:
            rule = {key: value for key, value in choice.items() if key not in ("Variable", "Next")}
            (comparison, expected), = rule.items()
            assert comparison in ("BooleanEquals", "StringEquals"), comparison
            if look_up(choice["Variable"], data, context) == expected:
                return data, choice["Next"]
        return data, state["Default"]

    def _pass(self, _, state, data, __):
        return state.get("Result", data), self._next(state)

    def _succeed(self, _, __, data, ___):
        return data, None

    def _fail(self, _, state, data, context):
        raise TaskFailure(look_up(state["ErrorPath"], data, context),
                          look_up(state["CausePath"], data, context))


def read_template(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)
