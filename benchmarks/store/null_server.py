#!/usr/bin/env python3
"""An S3 server that keeps nothing: counts the bytes of what is put, and gives SIZE zeros for any key.

    null_server.py PORT SIZE      GET /count answers {"received": .., "sent": ..}"""

import json
import re
import socket
import sys
import threading

BLOCK = 1 << 20
ZEROS = memoryview(bytes(BLOCK))
counts = {"received": 0, "sent": 0}
lock = threading.Lock()


def count(name, number):
    with lock:
        counts[name] += number


def read_head(connection, pending):
    while b"\r\n\r\n" not in pending:
        block = connection.recv(65536)
        if not block:
            return None, b""
        pending += block
    head, _, rest = pending.partition(b"\r\n\r\n")
    return head.decode("latin-1"), rest


def discard(connection, size, pending):
    """Takes `size` bytes; gives back what came behind them."""
    taken = min(size, len(pending))
    rest, left, room = pending[taken:], size - taken, bytearray(BLOCK)
    while left:
        got = connection.recv_into(room, min(left, BLOCK))
        if not got:
            raise ConnectionError
        left -= got
    count("received", size)
    return rest


def header(head, name):
    found = re.search(rf"^{name}:\s*(.*?)\r?$", head, re.I | re.M)
    return found[1] if found else ""


def answer(connection, status, body=b"", more=""):
    connection.sendall(f"HTTP/1.1 {status} X\r\ncontent-length: {len(body)}\r\netag: \"0\"\r\n"
                       f"{more}\r\n".encode() + body)


def give(connection, head, size):
    asked = re.match(r"bytes=(\d+)-(\d+)", header(head, "range"))
    first, last = (int(asked[1]), min(int(asked[2]), size - 1)) if asked else (0, size - 1)
    left = last - first + 1
    about = f"content-range: bytes {first}-{last}/{size}\r\n" if asked else ""
    connection.sendall(f"HTTP/1.1 {206 if asked else 200} X\r\ncontent-length: {left}\r\n"
                       f"etag: \"0\"\r\n{about}\r\n".encode())
    count("sent", left)
    while left:
        left -= connection.send(ZEROS[:min(left, BLOCK)])


def serve(connection, size):
    pending = b""
    try:
        while True:
            head, pending = read_head(connection, pending)
            if head is None:
                return
            method, target = head.split(" ", 2)[:2]
            if "expect: 100" in head.lower():
                connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
            pending = discard(connection, int(header(head, "content-length") or 0), pending)
            if target == "/count":
                answer(connection, 200, json.dumps(counts).encode())
            elif method == "GET":
                give(connection, head, size)
            elif method == "POST" and "uploads=" in target:
                answer(connection, 200, b"<InitiateMultipartUploadResult><UploadId>1</UploadId>"
                                        b"</InitiateMultipartUploadResult>")
            else:
                answer(connection, 200)
    except ConnectionError:
        pass
    finally:
        connection.close()


def main(port, size):
    listener = socket.create_server(("127.0.0.1", port), backlog=128)
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=serve, args=(connection, size), daemon=True).start()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
