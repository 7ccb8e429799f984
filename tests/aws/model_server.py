"""Services of AWS as botocore's models describe them: an independent word on what requests look like.

Requests are matched to operations by method and path, target or action; their members, types, lengths,
patterns and enumerations are checked, and a request that is not as the model says is answered by 400
and remembered in `wrong`. What an operation answers is given by handlers."""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

import botocore.session
from botocore.validate import ParamValidator

LOADER = botocore.session.get_session()


class Refusal(Exception):
    """What a handler answers in place of a result."""

    def __init__(self, status, code):
        super().__init__(code)
        self.status, self.code = status, code


def violations(shape, value, at):
    """What ParamValidator leaves out: enumerations, patterns and greatest lengths."""
    if shape.type_name == "structure":
        for name, inner in value.items():
            if name in shape.members:
                yield from violations(shape.members[name], inner, f"{at}.{name}")
    elif shape.type_name == "list":
        yield from length(shape, value, at)
        for inner in value:
            yield from violations(shape.member, inner, f"{at}[]")
    elif shape.type_name == "map":
        for inner in value.values():
            yield from violations(shape.value, inner, f"{at}{{}}")
    elif shape.type_name == "string":
        yield from length(shape, value, at)
        if shape.enum and value not in shape.enum:
            yield f"{at}: {value!r} is none of {shape.enum}"
        pattern = shape.metadata.get("pattern")
        # some are written for other engines; those say nothing here
        if pattern and compiled(pattern) and not compiled(pattern).search(value):
            yield f"{at}: {value!r} is not as {pattern}"


def length(shape, value, at):
    most = shape.metadata.get("max")
    if most is not None and len(value) > most:
        yield f"{at}: longer than {most}"


def compiled(pattern):
    try:
        return re.compile(pattern)
    except re.error:
        return None


def wrong_with(service, operation, params):
    """All that the model of a service has against a request; empty where it is right."""
    shape = LOADER.get_service_model(service).operation_model(operation).input_shape
    report = ParamValidator().validate(params, shape)
    if report.has_errors():
        return [report.generate_report()]
    return list(violations(shape, params, operation))


class ModelServer:
    """`handlers` give answers: {"quicksight.CreateIngestion": function of the parameters}."""

    def __init__(self, handlers):
        self.handlers = handlers
        self.calls, self.wrong = [], []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def names(self):
        return [name for name, _, _ in self.calls]

    def _of_path(self, method, path, body):
        """An operation of QuickSight, the only one whose operations are paths."""
        model = LOADER.get_service_model("quicksight")
        for name in model.operation_names:
            operation = model.operation_model(name)
            uri = operation.http["requestUri"].split("?")[0]
            pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", uri)
            found = re.fullmatch(pattern, path)
            if found and operation.http["method"] == method:
                params = {key: unquote(value) for key, value in found.groupdict().items()}
                for member, shape in operation.input_shape.members.items():
                    if member in params and shape.type_name in ("long", "integer"):
                        params[member] = int(params[member])
                return "quicksight", name, {**(json.loads(body) if body else {}), **params}
        raise AssertionError(f"no operation of QuickSight is {method} {path}")

    def _request(self, handler):
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0))).decode()
        target = handler.headers.get("X-Amz-Target", "")
        if target:
            return re.sub("^(Amazon|AWS)", "", target.split(".")[0]).lower(), target.split(".")[1], json.loads(body)
        if "x-www-form-urlencoded" in handler.headers.get("Content-Type", ""):
            form = dict(parse_qsl(body))
            form.pop("Version")
            return "sts", form.pop("Action"), form
        return self._of_path(handler.command, urlsplit(handler.path).path, body)

    def _answer(self, handler):
        try:
            service, operation, params = self._request(handler)
            found = wrong_with(service, operation, params)
            self.calls.append((f"{service}.{operation}", params, dict(handler.headers)))
            if found:
                self.wrong.append(found)
                raise Refusal(400, "ValidationException")
            return 200, self.handlers[f"{service}.{operation}"](params)
        except Refusal as refusal:
            return refusal.status, {"__type": refusal.code, "Message": "as the test wants it"}
        except Exception as error:  # noqa: BLE001
            self.wrong.append(repr(error))
            return 400, {"__type": "InternalFailure", "Message": repr(error)}

    def _handler(server):  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                status, answer = server._answer(self)
                body = answer.encode() if isinstance(answer, str) else json.dumps(answer).encode()
                self.send_response(status)
                if status != 200:
                    self.send_header("x-amzn-ErrorType", answer["__type"])
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_PUT = do_POST

            def log_message(self, *_):
                pass

        return Handler
