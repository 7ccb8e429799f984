#!/usr/bin/env python3
"""Starts the real `forecart serve` on an empty local repository and drops files into its inbox.

    check_serve.py FORECART"""

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

FORECART = ""
TOML = """[columns]
time = "Order Date"
order_id = "Order ID"
[[panel]]
name = "total"
frequency = "D"
horizon = 3
"""


def orders(day, lines=5):
    """Order lines of one day of 2024, always the same."""
    rng = random.Random(day)
    date = time.strftime("%Y-%m-%d", time.gmtime(1704067200 + 86400 * day))
    return "".join(f"{day * 100 + i},{date} {rng.randrange(24):02}:15\n"
                   for i in range(lines + day % 3))


def file_of(days):
    return "Order ID,Order Date\n" + "".join(orders(day) for day in days)


def eventually(check, seconds=20, every=0.05):
    """What `check` gives once it is true."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = check()
        if found:
            return found
        time.sleep(every)
    raise AssertionError("it did not come to that in time")


class Serve(unittest.TestCase):
    def setUp(self):
        self.scratch = tempfile.TemporaryDirectory()
        self.addCleanup(self.scratch.cleanup)
        self.shop = Path(self.scratch.name) / "shop"
        self.process = None

    def tearDown(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()

    def start(self, *flags):
        self.log_file = Path(self.scratch.name) / f"{time.monotonic_ns()}.log"
        self.process = subprocess.Popen(
            [FORECART, "serve", "--repository", self.shop, "--threads", "1", "--log-format", "json",
             "--log-file", self.log_file, *flags])
        eventually(lambda: "serving" in self.events())

    def log(self):
        lines = self.log_file.read_text().split("\n")[:-1] if self.log_file.exists() else []
        return [json.loads(line) for line in lines]

    def events(self, dataset=None):
        return [line["event"] for line in self.log() if dataset in (None, line.get("dataset"))]

    def configure(self, dataset, more=""):
        subprocess.run([FORECART, "init", "--repository", self.shop], check=True,
                       capture_output=True)
        folder = self.shop / "datasets" / dataset
        folder.mkdir(parents=True)
        (folder / "dataset.toml").write_text(more + TOML)

    def current(self, dataset):
        pointer = self.shop / "current" / f"{dataset}.json"
        return json.loads(pointer.read_text())["run"] if pointer.exists() else None

    def inbox(self, dataset):
        folder = self.shop / "inbox" / dataset
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.assertEqual(self.process.wait(timeout=20), 0)

    def test_uploads_become_forecasts(self):
        self.start("--init", "--jobs", "2")
        (self.inbox("broken") / "a.csv").write_text("no,order\n1,2\n")
        eventually(lambda: "work failed" in self.events("broken") or
                   list((self.shop / "dead").glob("broken/**/*.json")))
        self.configure("orders")
        # a file that somebody still writes is not taken
        half = open(self.inbox("orders") / "a.csv", "w")
        half.write(file_of(range(30)))
        half.flush()
        time.sleep(1)
        self.assertFalse(list(self.shop.glob("uploads/orders/*")))
        half.close()
        first = eventually(lambda: self.current("orders"))
        # moved in from elsewhere
        other = Path(self.scratch.name) / "b.csv"
        other.write_text(file_of([30]))
        other.rename(self.inbox("orders") / "b.csv")
        eventually(lambda: self.current("orders") not in (None, first))
        eventually(lambda: not list(self.inbox("orders").iterdir()))
        self.end()

    def test_killed_it_goes_on(self):
        self.configure("orders")
        self.start()
        (self.inbox("orders") / "a.csv").write_text(file_of(range(30)))
        eventually(lambda: "work began" in self.events("orders"))
        self.process.kill()
        self.process.wait()
        self.start()
        eventually(lambda: self.current("orders"))
        self.end()
        done = subprocess.run([FORECART, "status", "--repository", self.shop, "--json"],
                              capture_output=True, text=True, check=True)
        self.assertIn('"rows_accepted": 180', done.stdout.replace('":180', '": 180'))

    def has_begun_its_report(self):
        try:
            mark = json.loads((self.shop / "work/orders/follow-up.json").read_text())
        except FileNotFoundError:
            return False
        return mark["begun"] != ""

    def test_a_worker_that_dies_at_the_report_has_made_its_run(self):
        self.configure("orders", "[report]\npublish = true\n")
        self.start()
        (self.inbox("orders") / "a.csv").write_text(file_of(range(30)))
        eventually(self.has_begun_its_report, every=0.001)
        children = Path(f"/proc/{self.process.pid}/task").glob("*/children")
        for worker in " ".join(one.read_text() for one in children).split():
            os.kill(int(worker), signal.SIGKILL)
        run = self.current("orders")
        eventually((self.shop / "reports/orders" / f"{run}.html").exists)
        eventually(lambda: not (self.shop / "work/orders/follow-up.json").exists())
        notes = [line["message"] for line in self.log() if line["event"] == "note"]
        self.assertEqual(len([one for one in notes if "what follows it is made up for" in one]), 1)
        self.assertNotIn("work failed", self.events("orders"))
        self.assertEqual(self.current("orders"), run, "it is not made again")
        self.end()

    def test_a_schedule_makes_the_run_and_uploads_do_not(self):
        self.configure("orders", '[automation]\nrun = "schedule"\nschedule = "0 0 1 1 *"\n')
        self.start("--poll", "1")
        (self.inbox("orders") / "a.csv").write_text(file_of(range(30)))
        eventually(lambda: "work ended" in self.events("orders"))
        eventually(lambda: not list(self.inbox("orders").iterdir()))
        self.assertIsNone(self.current("orders"))
        # as if it had been down for two firings
        state = self.shop / "work/orders/schedule.json"
        eventually(state.exists)
        self.end()
        was = json.loads(state.read_text())
        was["last"] = "2024-06-01 00:00:00Z"
        state.write_text(json.dumps(was))
        self.start("--poll", "1")
        eventually(lambda: self.current("orders"))
        eventually(lambda: not list((self.shop / "work/orders").glob("ask-*")))
        proven = self.current("orders")
        time.sleep(2)
        self.assertEqual(self.current("orders"), proven)
        self.end()

    def children(self):
        """Processes that `serve` has started and that run."""
        found = []
        for task in Path(f"/proc/{self.process.pid}/task").glob("*/children"):
            try:
                found += task.read_text().split()
            except (FileNotFoundError, ProcessLookupError):
                pass  # a thread that has ended meanwhile
        return found

    def worker(self):
        """One of `children` that runs its own command: before that it is this process's image, whose
        files are closed on the way to it."""
        ours = Path(f"/proc/{self.process.pid}/cmdline").read_bytes()
        for child in self.children():
            try:
                command = Path(f"/proc/{child}/cmdline").read_bytes()
            except (FileNotFoundError, ProcessLookupError):
                continue  # a child that has ended meanwhile
            if command and command != ours:
                return child
        return None

    def test_lost_events_ring_everything(self):
        most = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
        if most > 100_000:
            self.skipTest(f"{most} events may wait here")
        self.configure("orders")
        noise = self.inbox("noise")
        self.start("--poll", "3600")
        self.process.send_signal(signal.SIGSTOP)
        for number in range(most // 2 + 100):  # two events each, of files that never count
            (noise / f"{number}.part").touch()
        (self.inbox("orders") / "a.csv").write_text(file_of(range(30)))
        self.inbox("late")
        self.process.send_signal(signal.SIGCONT)
        eventually(lambda: self.current("orders"))
        lost = [line for line in self.log() if "events were lost" in line.get("message", "")]
        self.assertEqual(len(lost), 1)
        # a folder whose making was lost is watched all the same
        self.configure("late")
        (self.inbox("late") / "a.csv").write_text(file_of(range(30)))
        eventually(lambda: self.current("late"))
        self.end()

    def test_priority_goes_first_and_workers_are_bounded(self):
        for dataset, priority in (("a", 0), ("b", 5), ("c", 0), ("d", 9)):
            self.configure(dataset, f"[automation]\npriority = {priority}\n")
            (self.inbox(dataset) / "a.csv").write_text(file_of(range(30)))
        self.start("--jobs", "1")
        eventually(lambda: all(map(self.current, "abcd")))
        began = [line["dataset"] for line in self.log() if line["event"] == "work began"]
        self.assertEqual(began[:2], ["d", "b"])
        self.assertEqual(sorted(began[2:4]), ["a", "c"])
        self.end()
        for dataset in "abcd":
            (self.inbox(dataset) / "b.csv").write_text(file_of([30]))
        self.start("--jobs", "2")
        most = 0
        end = time.monotonic() + 20
        while time.monotonic() < end and self.events().count("work ended") < 4:
            most = max(most, len(self.children()))
        self.assertEqual(most, 2)
        self.assertEqual([line["dataset"] for line in self.log()
                          if line["event"] == "work began"][:2], ["d", "b"])
        self.end()

    def test_a_worker_over_its_memory_fails_and_others_go_on(self):
        self.configure("big", "[automation]\npriority = 9\n")
        settings = self.shop / "datasets/big/dataset.toml"
        settings.write_text(settings.read_text().replace(
            "[[panel]]", 'product = "Product"\n[[panel]]\nby = ["product"]'))
        self.configure("small")
        (self.inbox("big") / "a.csv").write_text("Order ID,Order Date,Product\n" + "".join(
            f"{i},2024-01-{1 + i % 28:02} 10:00,p{i % 100000}\n" for i in range(400000)))
        (self.inbox("small") / "a.csv").write_text(file_of(range(30)))
        self.start("--memory-limit", "300")
        eventually(lambda: self.current("small"), 60)
        failure = json.loads((self.shop / "work/big/failure.json").read_text())
        self.assertIn("memory", (failure["code"] + failure["message"]).lower())
        failed = [line for line in self.log() if line["event"] == "work failed"]
        self.assertEqual({line["dataset"] for line in failed}, {"big"})
        self.assertEqual(failed[0]["code"], failure["code"])
        self.end()

    def test_a_rule_that_comes_late_is_looked_at_though_nothing_happens(self):
        self.configure("orders")
        (self.shop.parent / "a.csv").write_text(file_of(range(30)))
        subprocess.run([FORECART, "ingest", self.shop.parent / "a.csv", "--repository", self.shop,
                        "--dataset", "orders"], check=True, capture_output=True)
        state = self.shop / "work/orders/alerts.json"
        self.assertFalse(state.exists())
        settings = self.shop / "datasets/orders/dataset.toml"
        plain = settings.read_text()
        rule = '[[alert]]\nkind = "no_data"\n[alerts]\nwebhook = "http://127.0.0.1:1/"\n'
        # a rule that was written while nobody served
        settings.write_text(plain + rule)
        self.start("--poll", "1")
        self.alert("alert began", "no sale for more than 3 buckets")
        told = eventually(lambda: [line for line in self.log()
                                   if line["event"] == "alerts not told"])
        self.assertIn("webhook", told[0]["message"])
        self.assertIn("web hook at 127.0.0.1:1", told[0]["message"])
        # and one that goes and comes while somebody does
        settings.write_text(plain + rule.replace("[alerts]", "buckets = 100000\n[alerts]"))
        self.alert("alert ended", "no sale for more than 100000 buckets")
        settings.write_text(plain + rule)
        eventually(lambda: self.events().count("alert began") == 2)
        status = subprocess.run([FORECART, "status", "--repository", self.shop],
                                capture_output=True, text=True, check=True).stdout
        self.assertIn("alerts         no_data of total since ", status)
        self.assertIn("not told: webhook: web hook at 127.0.0.1:1", status)
        self.end()

    def alert(self, event, words):
        told = eventually(lambda: [line for line in self.log() if line["event"] == event])
        self.assertEqual((told[0]["dataset"], told[0]["alert"], told[0]["panel"]),
                         ("orders", "no_data", "total"))
        self.assertIn(words, told[0]["message"])

    def test_strays_are_told_once(self):
        self.configure("orders")
        self.start("--poll", "1")
        (self.shop / "inbox/april.csv").write_text(file_of(range(30)))
        eventually(lambda: any("april.csv" in line.get("message", "") for line in self.log()))
        time.sleep(2.5)
        told = [line for line in self.log() if "april.csv" in line.get("message", "")]
        self.assertEqual(len(told), 1)
        self.assertEqual(told[0]["level"], "warning")
        self.end()

    def test_workers_have_no_socket_of_ours(self):
        self.configure("orders")
        self.start("--listen", "127.0.0.1:0")
        eventually(lambda: "listening" in self.events())
        (self.inbox("orders") / "a.csv").write_text(file_of(range(30)))
        child = eventually(self.worker)
        open_files = [os.readlink(file) for file in Path(f"/proc/{child}/fd").iterdir()]
        self.assertTrue(any(file.startswith("pipe:") for file in open_files), open_files)
        self.assertFalse([file for file in open_files if file.startswith("socket:")])
        ours = [os.readlink(file) for file in Path(f"/proc/{self.process.pid}/fd").iterdir()]
        self.assertTrue(any(file.startswith("socket:") for file in ours), ours)
        eventually(lambda: self.current("orders"))
        self.end()

    def test_what_is_given_up_is_told(self):
        self.configure("orders")
        settings = self.shop / "datasets/orders/dataset.toml"
        settings.write_text(settings.read_text() + "[broken\n")
        (self.inbox("orders") / "a.csv").write_text(file_of(range(30)))
        (self.shop / "work/orders").mkdir(parents=True)
        (self.shop / "work/orders/failure.json").write_text(json.dumps({
            "code": "bad_data", "message": "x", "attempts": 7, "at": "2099-01-01 00:00:00Z",
            "due": "2020-01-01 00:00:00Z"}))
        self.start()
        given_up = eventually(lambda: [line for line in self.log() if line["event"] == "given up"])
        self.assertIn("forecart uploads", given_up[0]["message"])
        failed = [line for line in self.log() if line["event"] == "work failed"]
        self.assertEqual(failed[0]["attempts"], 8)
        self.end()

    def test_once(self):
        self.configure("orders")
        (self.inbox("orders") / "a.csv").write_text(file_of(range(30)))
        done = subprocess.run([FORECART, "serve", "--repository", self.shop, "--once"],
                              capture_output=True, text=True, timeout=30)
        self.assertEqual(done.returncode, 0, done.stderr[-300:])
        self.assertTrue(self.current("orders"))


if __name__ == "__main__":
    FORECART = sys.argv.pop(1)
    unittest.main()
