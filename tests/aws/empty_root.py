"""A root that holds nothing but a package at /var/task, as AWS Lambda gives it to a function: nothing
can be written but /tmp, names are found by the DNS of /etc/resolv.conf alone."""

import shutil
import socket
import struct
import subprocess
import threading
from pathlib import Path

NAMESERVER = "127.0.53.53"  # of this host, and no other's
HOST = "runtime.test"


def missing():
    """Why there can be no such root here, or nothing."""
    if not shutil.which("bwrap"):
        return "bubblewrap is not installed (scripts/setup --test)"
    tried = subprocess.run(["bwrap", "--ro-bind", "/", "/", "true"], capture_output=True, text=True,
                           check=False)
    return f"bubblewrap does not run here: {tried.stderr.strip()}" if tried.returncode else ""


class EmptyRoot:
    """`package` is the unpacked package, `etc` a folder to write resolv.conf into, `emulator` a program
    that runs those of another processor: it comes along, and stands before them."""

    def __init__(self, package, etc, emulator=None):
        self.package = Path(package)
        self.emulator = emulator
        self.resolver = Path(etc) / "resolv.conf"
        self.resolver.write_text(f"nameserver {NAMESERVER}\n")

    def command(self, *words, environment=None, tmp=None):
        """What runs the words in the root, whose environment is exactly the given one."""
        bind = ["--ro-bind", str(self.package), "/var/task", "--ro-bind", str(self.resolver),
                "/etc/resolv.conf"]
        bind += ["--bind", str(tmp), "/tmp"] if tmp else ["--tmpfs", "/tmp"]
        if self.emulator:
            bind += ["--ro-bind", self.emulator, "/emulator"]
            words = ["/emulator", *words]
        named = [word for pair in (environment or {}).items() for word in ("--setenv", *pair)]
        return ["bwrap", "--unshare-all", "--share-net", "--die-with-parent", "--proc", "/proc", "--dev",
                "/dev", *bind, "--remount-ro", "/", "--chdir", "/var/task", "--clearenv",
                *named, "--cap-drop", "ALL", *words]

    def run(self, *words, **place):
        return subprocess.run(self.command(*words, **place), capture_output=True, text=True, check=False)


class NameServer:
    """Answers that the name is this host, and that it knows nobody else."""

    def __init__(self):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind((NAMESERVER, 53))
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            question, peer = self.socket.recvfrom(512)
            self.socket.sendto(self._answer(question), peer)

    @staticmethod
    def _answer(message):
        """RFC 1035, 4.1: the header, the question again, and one address where it asks for one."""
        end = message.index(b"\0", 12) + 5
        labels, kind = message[12:end - 4], struct.unpack(">H", message[end - 4:end - 2])[0]
        known = labels.lower() == b"".join(bytes([len(part)]) + part.encode()
                                           for part in HOST.split(".")) + b"\0"
        address = b""
        if known and kind == 1:
            address = b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 60, 4) + socket.inet_aton("127.0.0.1")
        header = message[:2] + struct.pack(">HHHHH", 0x8580 if known else 0x8583, 1, bool(address), 0, 0)
        return header + message[12:end] + address
