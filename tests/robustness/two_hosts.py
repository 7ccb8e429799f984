#!/usr/bin/env python3
"""Two `forecart serve` on the same data sets of one repository, `forecart work` and `forecart run`
beside them, and files that come all the time, some twice: every row counts once, the pointer names
a complete run, nothing is damaged and nothing waits. A schedule that was missed runs once.

    two_hosts.py FORECART PLACE SECONDS SEED

PLACE is a folder that is made, or s3://BUCKET/PREFIX (reached as AWS_* variables say). Where the
system lets us, the second one has its own process numbers, as on another host."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from crash import LocalShop, S3Shop, Wrong

OTHER_HOST = ["unshare", "--pid", "--fork", "--kill-child=TERM", "--mount-proc"]
SCHEDULED = '[automation]\nrun = "schedule"\nschedule = "0 0 1 1 *"\n'
STATE = "work/orders/schedule.json"


def other_host():
    done = subprocess.run([*OTHER_HOST, "true"], capture_output=True, check=False)
    return OTHER_HOST if done.returncode == 0 else []


def start_two(shop, *flags):
    command = [shop.forecart, "serve", "--repository", shop.place, "--poll", "1", "--threads", "1"]
    return [subprocess.Popen([*prefix, *command, *flags, "--log-file",
                              shop.scratch / f"host-{number}.log"])
            for number, prefix in enumerate(([], other_host()))]


def end_all(processes):
    """unshare does not hand SIGTERM on: its child gets it."""
    for process in processes:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        other = process.args[0] == OTHER_HOST[0]
        os.kill(int(children[0]) if other and children else process.pid, signal.SIGTERM)
    for process in processes:
        process.wait(timeout=60)


class Hosts:
    """Two that serve, and one thread that works and runs by hand."""

    def __init__(self, shop):
        self.shop, self.ended, self.wrong = shop, threading.Event(), []
        self.processes = start_two(shop)
        self.by_hand = threading.Thread(target=self.work_by_hand)
        self.by_hand.start()

    def work_by_hand(self):
        number = 0
        while not self.ended.wait(0.3):
            number += 1
            name = "run" if number % 3 == 0 else "work"
            done = subprocess.run(self.shop.command(name), capture_output=True, text=True,
                                  check=False)
            if done.returncode not in (0, 3) and "conflict" not in done.stdout + done.stderr:
                self.wrong.append(f"{name}: {done.stdout[-400:]}{done.stderr[-400:]}")

    def end(self):
        self.ended.set()
        self.by_hand.join()
        end_all(self.processes)
        failed = [line for log in self.shop.scratch.glob("host-*.log")
                  for line in log.read_text().splitlines() if "work failed" in line]
        if self.wrong or failed:
            raise Wrong(f"{(self.wrong + failed)[:3]}")

    def kill(self):
        self.ended.set()
        for process in self.processes:
            process.kill()


def drop_files(shop, seconds, random_):
    """New files, and now and then an old one by another name."""
    end, again = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        shop.inbox(shop.new_file())
        if random_.random() < 0.4:
            again += 1
            shop.write(f"inbox/orders/again-{again}.csv", random_.choice(shop.files).read_text())
        time.sleep(random_.uniform(0.05, 1.5))
    return again


def wait_until(check, seconds, what):
    end = time.monotonic() + seconds
    while not check():
        if time.monotonic() > end:
            raise Wrong(f"after {seconds} s: {what()}")
        time.sleep(0.5)


def runs_of(shop, dataset):
    done = subprocess.run([shop.forecart, "runs", "--repository", shop.place, "--dataset", dataset,
                           "--last", "1000", "--json"], capture_output=True, text=True, check=True)
    return len(json.loads(done.stdout)["runs"])


def check_schedule(shop):
    """Both hosts find the same firing missed when they start."""
    settings = shop.read("datasets/orders/dataset.toml")
    start, rest = settings.split("[automation]") if "[automation]" in settings else (settings, "")
    panels = rest[rest.index("[[panel]]"):] if rest else ""
    shop.write("datasets/orders/dataset.toml", start + SCHEDULED + panels)
    processes = start_two(shop, "--log-level", "off")
    try:
        wait_until(lambda: has(shop, STATE), 30, lambda: "no schedule began")
    finally:
        end_all(processes)
    told = json.loads(shop.read(STATE))
    told["last"] = "2020-01-01 00:00:00Z"
    shop.write(STATE, json.dumps(told))
    before = runs_of(shop, "orders")
    processes = start_two(shop, "--log-level", "off")
    try:
        wait_until(lambda: runs_of(shop, "orders") > before, 60, lambda: "the schedule did not run")
        time.sleep(4)  # several polls of both
    finally:
        end_all(processes)
    if runs_of(shop, "orders") != before + 1:
        raise Wrong(f"a firing made {runs_of(shop, 'orders') - before} runs")


def has(shop, key):
    try:
        return bool(shop.read(key))
    except (FileNotFoundError, Wrong):
        return False


def main(forecart, place, seconds, seed):
    random_ = random.Random(seed)
    kind = S3Shop if place.startswith("s3://") else LocalShop
    if kind is LocalShop:
        shutil.rmtree(f"{place}/hosts", ignore_errors=True)
    with tempfile.TemporaryDirectory() as scratch:
        shop = kind(forecart, f"{place}/hosts", Path(scratch), random_)
        hosts = Hosts(shop)
        try:
            again = drop_files(shop, seconds, random_)
            wait_until(lambda: not shop.waiting(), 120, shop.waiting)
            hosts.end()
        finally:
            hosts.kill()
        status, found = shop.status(), shop.call("fsck")
        if status["rows_accepted"] != shop.rows or status["next"] != "nothing":
            raise Wrong(f"{status['rows_accepted']} rows of {shop.rows}, next {status['next']}")
        if found["damages"] or shop.waiting():
            raise Wrong(f"damaged {found['damages']}, waiting {shop.waiting()}")
        runs = runs_of(shop, "orders")
        check_schedule(shop)
        print(f"{'S3' if kind is S3Shop else 'local'}: {len(shop.files)} files and {again} of them "
              f"again in {seconds:g} s, two that serve beside work and runs by hand: {runs} runs, "
              f"each of {shop.rows} rows counted once, nothing damaged, nothing waits; a missed "
              f"firing ran once")


if __name__ == "__main__":
    try:
        main(sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4]))
    except Wrong as wrong:
        sys.exit(f"two_hosts: {wrong}")
