"""A web hook that takes all alerts."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class WebHook:
    """`told` is what it heard."""

    def __init__(self):
        hook = self
        self.told = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                hook.told.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{server.server_port}/"
        threading.Thread(target=server.serve_forever, daemon=True).start()
