#!/usr/bin/env python3
"""The real `forecart serve` and npm's oidc-provider: who is no user is named to admins; once added,
or linked to a user that there is, the same person is signed in, unless disabled.

    check_serve.py FORECART     exit 77: no Node.js or oidc-provider (scripts/setup --test)"""

import http.cookiejar
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODULES = ROOT / "third_party/oidc"
PUBLIC = "http://127.0.0.1:9"  # as the provider's list of redirect URLs has it; nobody listens there
ROOM = "/api/v1/session/oidc"


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Browser:
    """Keeps cookies; follows nothing by itself."""

    def __init__(self):
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar, NoRedirect)

    def ask(self, url, body=None, headers=None):
        """(status, headers, text)"""
        request = urllib.request.Request(url, body, headers or {})
        try:
            answer = self.opener.open(request, timeout=20)
        except urllib.error.HTTPError as error:
            answer = error
        return answer.status, answer.headers, answer.read().decode()

    def send_json(self, url, value, csrf=""):
        headers = {"content-type": "application/json", "origin": PUBLIC, "x-csrf-token": csrf}
        return self.ask(url, json.dumps(value).encode(), headers)


def expect(what, found, wanted):
    if found != wanted:
        sys.exit(f"{what}: {found}, not {wanted}")


def node():
    found = [path for path in MODULES.glob("node_modules/node-linux-*/bin/node")]
    return found[0] if found and (MODULES / "node_modules/oidc-provider").exists() else None


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def through_provider(url, user):
    """Signs in there, from the address that a sign-in begins with to that of the callback."""
    browser = Browser()
    for _ in range(12):
        if url.startswith(PUBLIC):
            return url
        _, headers, page = browser.ask(url)
        if not headers["location"]:
            form = re.search(r'action="([^"]+)', page)[1]
            prompt = re.search(r'name="prompt" value="(\w+)', page)[1]
            fields = urllib.parse.urlencode({"prompt": prompt, "login": user, "password": "any"})
            _, headers, _ = browser.ask(urllib.parse.urljoin(url, form), fields.encode())
        url = urllib.parse.urljoin(url, headers["location"])
    sys.exit(f"the provider never came back; last at {url}")


def sign_in(base, user):
    """The browser, where the callback sends it, and the callback's address."""
    browser = Browser()
    status, headers, _ = browser.ask(base + ROOM)
    expect("beginning", status, 302)
    cookie = headers["set-cookie"]
    if "HttpOnly" not in cookie or "SameSite=Lax" not in cookie:
        sys.exit(f"the ticket's cookie is not guarded: {cookie.split(';')[1:]}")
    back = through_provider(headers["location"], user).replace(PUBLIC, base)
    stranger = Browser().ask(back)[1]  # another browser, with the same answer
    expect("the answer in another browser", stranger["location"], "/#error=not_begun")
    status, headers, _ = browser.ask(back)
    expect("the callback", status, 302)
    return browser, headers["location"], back


def first_admin_secret(log):
    for _ in range(200):
        found = re.search(r"first-admin=(\S+)", log.read_text())
        if found:
            return found[1]
        time.sleep(0.1)
    sys.exit("serve does not start: " + log.read_text()[-1000:])


def change(admin, base, csrf, what):
    headers = {"content-type": "application/json", "origin": PUBLIC, "x-csrf-token": csrf}
    request = urllib.request.Request(base + "/api/v1/users/ann.b", json.dumps(what).encode(),
                                     headers, method="PATCH")
    expect("changing a user", admin.opener.open(request, timeout=20).status, 200)


def check(base, issuer, log):
    secret = first_admin_secret(log)
    browser, place, _ = sign_in(base, "ann")
    expect("who is no user", place, "/#error=no_user")
    expect("session of who is no user", browser.ask(base + "/api/v1/session")[0], 401)
    admin = Browser()
    status, _, _ = admin.send_json(base + "/api/v1/first-admin", {
        "secret": secret, "name": "root", "password": "a long horse battery 9"})
    expect("first admin", status, 200)
    csrf = json.loads(admin.ask(base + "/api/v1/session")[2])["csrf_token"]
    audit = json.loads(admin.ask(base + "/api/v1/audit")[2])["entries"]
    expect("and whom the audit names", {"why": "unknown subject", "issuer": issuer,
                                        "subject": "ann"} in [one["detail"] for one in audit], True)
    status, _, _ = admin.send_json(base + "/api/v1/users", {
        "name": "ann.b", "role": "viewer", "datasets": [], "issuer": issuer, "subject": "ann"}, csrf)
    expect("adding a user", status, 201)
    browser, place, back = sign_in(base, "ann")
    expect("the user", place, "/")
    expect("signed in as", json.loads(browser.ask(base + "/api/v1/session")[2])["user"], "ann.b")
    expect("the ticket is gone", browser.ask(back)[1]["location"], "/#error=not_begun")
    expect("somebody else", sign_in(base, "bob")[1], "/#error=no_user")
    change(admin, base, csrf, {"disabled": True})
    expect("who is disabled", sign_in(base, "ann")[1], "/#error=disabled")
    change(admin, base, csrf, {"disabled": False, "subject": "bob", "issuer": issuer})
    expect("who is linked", sign_in(base, "bob")[1], "/")
    change(admin, base, csrf, {"subject": None})
    expect("who is unlinked", sign_in(base, "bob")[1], "/#error=no_user")


def run(program, folder):
    provider = subprocess.Popen([node(), ROOT / "tests/oidc/provider.mjs", MODULES], text=True,
                                stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    issuer = provider.stdout.readline().split()[1]
    secret, log, port = folder / "secret", folder / "log", free_port()
    secret.write_text("secret of es: +/%&=\n")
    with open(log, "w") as out:
        server = subprocess.Popen(
            [program, "serve", "--init", "--repository", folder / "shop", "--listen",
             f"127.0.0.1:{port}", "--public-url", PUBLIC, "--oidc-issuer", issuer,
             "--oidc-client-id", "es", "--oidc-secret-file", secret], stdout=out, stderr=out,
            env={**os.environ, "no_proxy": "127.0.0.1"})
    try:
        check(f"http://127.0.0.1:{port}", issuer, log)
        expect("the secret in the log", "secret of" in log.read_text(), False)
    finally:
        server.terminate()
        provider.stdin.close()
        server.wait(30)
        provider.wait(30)


def main():
    if node() is None:
        print("skipped: no Node.js or oidc-provider (scripts/setup --test)")
        sys.exit(77)
    with tempfile.TemporaryDirectory() as folder:
        run(Path(sys.argv[1]).resolve(), Path(folder))


if __name__ == "__main__":
    main()
