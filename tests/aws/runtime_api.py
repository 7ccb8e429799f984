"""The other side of AWS Lambda's Runtime API (2018-06-01), as far as a function sees it: gives calls
one after the other, takes answers and errors."""

import json
import queue
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PREFIX = "/2018-06-01/runtime/"
TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793"


class RuntimeApi:
    def __init__(self):
        self.calls = queue.Queue()
        self.told = queue.Queue()
        self.idle = threading.Event()  # the function waits for its next call
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.address = f"127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def call(self, event, seconds=60):
        """What the function says to an event, and how long that took: ("response" | "error", JSON, s)."""
        name = str(uuid.uuid4())
        begun = time.monotonic()
        self.calls.put((name, event, seconds))
        path, body = self.told.get(timeout=seconds + 30)
        took = time.monotonic() - begun
        assert path.startswith(f"invocation/{name}/"), path
        return path.rsplit("/", 1)[1], json.loads(body), took

    def _handler(api):  # noqa: N805
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                assert self.path == PREFIX + "invocation/next", self.path
                api.idle.set()
                name, event, seconds = api.calls.get()
                api.idle.clear()
                body = (event if isinstance(event, str) else json.dumps(event)).encode()
                self.send_response(200)
                self.send_header("Lambda-Runtime-Aws-Request-Id", name)
                self.send_header("Lambda-Runtime-Deadline-Ms", str(int((time.time() + seconds) * 1000)))
                self.send_header("Lambda-Runtime-Trace-Id", TRACE)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()
                api.told.put((self.path.removeprefix(PREFIX), body))

            def log_message(self, *_):
                pass

        return Handler
