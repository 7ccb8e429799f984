#!/usr/bin/env python3
"""Kills forecart at random moments (SIGKILL) of ingest, of work on the inbox and of runs, and looks
each time whether anything is damaged, lost or counted twice, and whether the next one completes.

    crash.py FORECART PLACE KILLS SEED

PLACE is a folder that is made, or s3://BUCKET/PREFIX (reached as AWS_* variables say). Every 20
kills a repository is compared with one that nobody disturbed, and another one begun."""

import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

KILLS_PER_REPOSITORY = 20


class Wrong(Exception):
    pass


def order_file(folder, number, random_):
    """Orders of 40 days, other ones in each file; returns the path and how many rows count."""
    path = folder / f"orders-{number}.csv"
    rows = []
    for day in range(40):
        for line in range(random_.randint(1, 4)):
            month, date = (1, day + 1) if day < 31 else (2, day - 30)
            rows.append(f"{number * 1000 + day * 10 + line},2023-{month:02}-{date:02} "
                        f"{8 + line}:{random_.randint(10, 59)},1,2.50")
    path.write_text("id,when,quantity,price\n" + "\n".join(rows) + "\n")
    return path, len(rows)


class Shop:
    """A repository with one panel of days, and what should be in it."""

    def __init__(self, forecart, place, scratch, random_):
        self.forecart, self.place, self.scratch, self.random = forecart, place, scratch, random_
        self.files, self.rows = [], 0
        self.number = 0
        self.ingest(self.new_file())
        self.write_settings()
        self.call("run", "--retrain", "always")

    def write_settings(self):
        """A panel of days in place of the one of hours that is guessed."""
        settings = self.read("datasets/orders/dataset.toml")
        self.write("datasets/orders/dataset.toml", settings[:settings.index("[[panel]]")] +
                   '[[panel]]\nname = "daily"\nby = []\nmeasure = "lines"\nfrequency = "D"\n'
                   "horizon = 3\n")

    def new_file(self):
        path, rows = order_file(self.scratch, self.number, self.random)
        self.number += 1
        self.files.append(path)
        self.rows += rows
        return path

    def command(self, name, *arguments):
        dataset = [] if name == "fsck" else ["--dataset", "orders"]
        return [self.forecart, name, *map(str, arguments), "--repository", self.place, *dataset,
                "--json", "--progress", "never"]

    def call(self, name, *arguments):
        done = subprocess.run(self.command(name, *arguments), capture_output=True, text=True)
        if done.returncode not in (0, 3):
            raise Wrong(f"forecart {name} {arguments}: exit {done.returncode}, {done.stdout[-600:]}"
                        f"{done.stderr[-600:]}")
        return json.loads(done.stdout)

    def ingest(self, path):
        return self.call("ingest", path)

    def status(self):
        return self.call("status")["datasets"][0]

    def inbox(self, path):
        self.write(f"inbox/orders/{path.name}", path.read_text())

    def waiting(self):
        """Files in the inbox, runs that were asked for, and what was given up."""
        arrived = self.call("uploads")["datasets"][0]
        return arrived["waiting"] + arrived["dead"] + arrived["asked"] * ["a run"]

    def forecasts(self):
        """Of a run that fits all anew."""
        run = self.call("run", "--retrain", "always")
        return self.read(f"{run['folder']}/forecasts.csv")


class LocalShop(Shop):
    def read(self, key):
        return (Path(self.place) / key).read_text()

    def write(self, key, text):
        path = Path(self.place) / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


class S3Shop(Shop):
    """By curl, so that the program under test is not asked."""

    def curl(self, *arguments):
        user = f"{os.environ['AWS_ACCESS_KEY_ID']}:{os.environ['AWS_SECRET_ACCESS_KEY']}"
        done = subprocess.run(
            ["curl", "-sS", "--fail", "--noproxy", "*", "--aws-sigv4", "aws:amz:us-east-1:s3",
             "-H", "x-amz-content-sha256: UNSIGNED-PAYLOAD", "--user", user, *arguments], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Wrong(f"curl {arguments}: {done.stderr}")
        return done.stdout

    def url(self, key):
        return f"{os.environ['AWS_ENDPOINT_URL']}/{self.place.removeprefix('s3://')}/{key}"

    def read(self, key):
        return self.curl(self.url(key))

    def write(self, key, text):
        path = self.scratch / "written"
        path.write_text(text)
        self.curl("-T", str(path), self.url(key))


class Killer:
    """Kills commands on a shop at random moments and checks what is left."""

    def __init__(self, shop, random_, took):
        self.shop, self.random, self.took = shop, random_, took

    def measure(self):
        """How long each command takes where nobody kills it."""
        for mode in ("ingest", "work", "run"):
            command = self.prepare(mode)
            started = time.monotonic()
            subprocess.run(command, capture_output=True, check=False)
            self.took[mode].append(time.monotonic() - started)
            self.go_on(mode)

    def kill(self, mode, command):
        """True if the command was still at work when it was killed."""
        longest = statistics.median(self.took[mode][-9:])
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        started = time.monotonic()
        try:
            process.wait(self.random.uniform(0, 1.05 * longest))
            self.took[mode].append(time.monotonic() - started)
            return False
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return True

    def prepare(self, mode):
        """The command, with a new file for it."""
        if mode == "run":
            return self.shop.command("run", "--retrain", "always")
        path = self.shop.new_file()
        if mode == "ingest":
            return self.shop.command("ingest", path)
        self.shop.inbox(path)
        return self.shop.command("work")

    def strike(self, mode):
        hit = self.kill(mode, self.prepare(mode))
        self.check()
        self.go_on(mode)
        return hit

    def check(self):
        """Nothing is damaged, and the pointer names a complete run (fsck looks there too)."""
        found = self.shop.call("fsck")
        if found["damages"]:
            raise Wrong(f"damaged: {found['damages']}")
        status = self.shop.status()
        if status["current_run"] is None:
            raise Wrong("the pointer is gone")
        if status["rows_accepted"] > self.shop.rows:
            raise Wrong(f"{status['rows_accepted']} rows of {self.shop.rows}: counted twice")

    def go_on(self, mode):
        shop = self.shop
        if mode == "ingest":
            shop.ingest(shop.files[-1])
        for attempt in range(3):
            report = shop.call("work")["datasets"][0]
            if report["failure"] or report["busy"]:
                raise Wrong(f"the next work does not complete: {report}")
            if not report["more"]:
                break
        if shop.waiting():
            raise Wrong(f"still waiting: {shop.waiting()}")
        if shop.status()["rows_accepted"] != shop.rows:
            raise Wrong(f"{shop.status()['rows_accepted']} rows instead of {shop.rows}")


def compare(shop, undisturbed):
    """The same files in a repository that nobody disturbed."""
    for path in shop.files[1:]:
        undisturbed.ingest(path)
    rows = undisturbed.status()["rows_accepted"]
    if rows != shop.status()["rows_accepted"]:
        raise Wrong(f"{shop.status()['rows_accepted']} rows, undisturbed {rows}")
    if shop.forecasts() != undisturbed.forecasts():
        raise Wrong("the forecasts are not those of the undisturbed repository")


def main(forecart, place, kills, seed):
    random_ = random.Random(seed)
    remote = place.startswith("s3://")
    kind = S3Shop if remote else LocalShop
    hits, misses, compared = Counter(), 0, 0
    took = {"ingest": [], "work": [], "run": []}
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(-(-kills // KILLS_PER_REPOSITORY)):
            folder = Path(scratch) / str(number)
            folder.mkdir()
            shop = kind(forecart, f"{place}/shop-{number}", folder, random_)
            killer = Killer(shop, random_, took)
            killer.measure()
            last = min(kills, (number + 1) * KILLS_PER_REPOSITORY)
            while sum(hits.values()) < last:
                mode = random_.choice(("ingest", "work", "run"))
                if killer.strike(mode):
                    hits[mode] += 1
                else:
                    misses += 1
            quiet = LocalShop.__new__(LocalShop)
            quiet.__dict__.update(shop.__dict__, place=f"{scratch}/quiet-{number}")
            quiet.ingest(shop.files[0])
            quiet.write_settings()
            compare(shop, quiet)
            compared += 1
            if not remote:
                shutil.rmtree(shop.place)
    seconds = {mode: round(statistics.median(times), 2) for mode, times in took.items() if times}
    print(f"{'S3' if remote else 'local'}: {sum(hits.values())} kills "
          f"({', '.join(f'{mode} {count}' for mode, count in sorted(hits.items()))}; "
          f"{misses} came too late; undisturbed these take {seconds} s), each time nothing damaged, "
          f"the next work completed and every row counted once; {compared} repositories forecast as "
          f"undisturbed ones; {time.monotonic() - begun:.0f} s")


if __name__ == "__main__":
    try:
        main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    except Wrong as wrong:
        sys.exit(f"crash: {wrong}")
