#!/usr/bin/env python3
"""The program as Amazon SageMaker starts its container, in a directory laid out as /opt/ml: training
jobs with checkpoints, endpoints, and processing jobs whose files are shared out over machines.

    check_sagemaker.py FORECART [SHARED]      SHARED: the folder of real data; without it they are left out"""

import csv
import io
import json
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import unittest
from pathlib import Path

from container import Container, Endpoint, wall_of_days

FORECART = ""
SHARED = None
ITEMS = {"apples": 50, "pears": 20, "plums": 5}
QUICK = {"freq": '"D"', "prediction_length": "7", "model": '["AutoETS", "SeasonalNaive"]',
         "n_windows": "4", "sagemaker_region": '"eu-central-1"', "level": "80"}
TOML = """[columns]
time = "Order Date"
order_id = "Order ID"
product = "Product"
quantity = "Quantity Ordered"
unit_price = "Price Each"
place = "Purchase Address"
[[panel]]
name = "total"
measure = "units"
frequency = "D"
horizon = 7
"""


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def files_below(folder):
    return {str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(Path(folder).rglob("*")) if path.is_file()}


class Scratch(unittest.TestCase):
    def setUp(self):
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = Path(scratch.name)

    def container(self, name="ml", **hosts):
        return Container(FORECART, self.folder / name, **hosts)

    def trained(self, hyperparameters=None, channels=None):
        container = self.container()
        container.prepare_training(hyperparameters or QUICK, channels or {
            "train": {"a.csv": wall_of_days({"apples": 50, "pears": 20}, 84),
                      "b.csv": wall_of_days({"plums": 5}, 84)},
            "test": {"t.csv": wall_of_days(ITEMS, 91)}})
        status, out, err = container.run("train")
        self.assertEqual(status, 0, err)
        self.assertFalse((container.root / "output/failure").exists())
        return container, out


class Training(Scratch):
    def test_leaves_a_model_tables_and_metrics(self):
        container, out = self.trained()
        model = files_below(container.root / "model")
        self.assertIn("forecart.json", model)
        self.assertFalse([key for key in model if key.split("/")[0] not in
                          ("forecart.json", "runs", "models", "current")], "no orders")
        data = set(files_below(container.root / "output/data"))
        self.assertLessEqual({"forecasts.csv", "leaderboard.parquet", "ledger.json",
                              "manifest.json", "metrics.json"}, data)

        # what SageMaker finds in the log is what the leaderboard says
        metrics = json.loads(container.read("output/data/metrics.json"))
        found = {}
        for one in json.loads(container.run("metrics")[1]):
            hits = re.findall(one["Regex"], out)
            self.assertEqual(len(hits), 1, (one, out))
            found[one["Name"]] = float(hits[0])
        self.assertEqual(found["mase"], metrics["best"]["mase"])
        self.assertEqual(found["test_mae"], metrics["test"]["mae"])

        # one behaviour: the same as from the command line
        table = container.write("all.csv", wall_of_days(ITEMS, 84))
        done = subprocess.run([FORECART, "backtest", table, "--freq", "D", "--h", "7", "--level",
                               "80", "--n-windows", "4", "--model", "AutoETS", "--model",
                               "SeasonalNaive", "--json"], capture_output=True, check=True)
        best = min(json.loads(done.stdout)["scores"], key=lambda score: score["mae"])
        self.assertEqual(best["model"], metrics["best"]["model"])
        self.assertAlmostEqual(best["mase"], found["mase"], 12)

        # the test channel's score, by hand
        came = {(row["unique_id"], row["ds"]): float(row["y"])
                for row in rows_of(wall_of_days(ITEMS, 91))}
        forecasts = rows_of(container.read("output/data/forecasts.csv"))
        self.assertEqual(len(forecasts), 21)
        mae = sum(abs(float(row[best["model"]]) - came[row["unique_id"], row["ds"]])
                  for row in forecasts) / len(forecasts)
        self.assertAlmostEqual(mae, found["test_mae"], 9)

    def test_orders_are_cleaned_proven_and_left_out_of_the_model(self):
        container = self.container()
        lines = ["Order ID,Product,Quantity Ordered,Price Each,Order Date,Purchase Address"]
        for row in rows_of(wall_of_days({"Cable": 20}, 60)):
            lines += [f"{len(lines)},Cable,1,2.5,{row['ds']} 10:00,Secret Street"] * int(row["y"])
        container.prepare_training(
            {"model": "SeasonalNaive", "n_windows": "2", "dataset": "shop"},
            {"orders": {"orders.csv": "\n".join(lines) + "\n"}, "config": {"dataset.toml": TOML}})
        status, out, err = container.run("train")
        self.assertEqual(status, 0, err)
        self.assertIn("forecart metric mase=", out)
        for name, content in files_below(container.root / "model").items():
            self.assertNotIn(b"Secret", content, name)
        endpoint = Endpoint(container)
        answer = endpoint.invoke({"instances": [{"item_id": "total"}],
                                  "configuration": {"output_types": ["mean"]}})
        self.assertEqual(answer[0], 200, answer)
        told = rows_of(container.read("output/data/forecasts.csv"))
        self.assertEqual(json.loads(answer[2])["predictions"][0]["mean"],
                         [float(row["SeasonalNaive"]) for row in told])
        endpoint.end()

    def test_lines_of_json_as_deepar_is_trained_on(self):
        days = rows_of(wall_of_days({"x": 9}, 70))
        line = {"start": "2024-01-01 00:00:00", "target": [float(row["y"]) for row in days],
                "cat": [0], "dynamic_feat": [[1.0] * 70]}
        container, _ = self.trained(channels={"train": {
            "train.json": json.dumps(line) + "\n" + json.dumps({**line, "item_id": "y"})}})
        ids = {row["unique_id"] for row in rows_of(container.read("output/data/forecasts.csv"))}
        self.assertEqual(ids, {"1", "y"})

    def refused(self, words, hyperparameters=None, channels=None, **how):
        container = self.container(**how.pop("hosts", {}))
        shutil.rmtree(container.root, ignore_errors=True)
        container.prepare_training(hyperparameters or QUICK, channels or {
            "train": {"a.csv": wall_of_days(ITEMS, 30)}}, **how)
        status, _, err = container.run("train")
        failure = container.read("output/failure")
        self.assertEqual(status, 1, failure)
        self.assertLessEqual(len(failure), 1024)
        for word in words:
            self.assertIn(word, failure)
        self.assertFalse((container.root / "model").exists())
        return err

    def test_what_cannot_be_trained_leaves_the_reason(self):
        self.refused(["horizons", "not known", "unknown_name"], {"horizons": "7"})
        self.refused(["--n-windows", "many", "invalid_value"], {"n_windows": "many"})
        self.refused(["checkpoints", "not known"], {"checkpoints": "/etc"})
        self.refused(["Nonsense"], {**QUICK, "model": "Nonsense"})
        self.refused(["2 machines", "InstanceCount 1"],
                     hosts={"hosts": ("algo-1", "algo-2"), "current": "algo-2"})
        self.refused(["'train'", "Pipe", "FastFile"], mode="Pipe")
        self.refused(["no files"], channels={"train": {}})
        self.refused(["both have files"], channels={"train": {"a.csv": "x"}, "orders": {"b": "x"}})
        err = self.refused(["line 3", "'much'"], channels={
            "train": {"a.csv": "ds,y\n2024-01-01,1\n2024-01-02,much\n"}})
        self.assertNotIn("much", err, "what stands in files does not go to the log")

    def test_a_spot_interruption_costs_little_and_changes_nothing(self):
        hyperparameters = {"freq": "D", "h": "7", "model": "LSTM", "n_windows": "1",
                           "units": "160", "training_steps": "1000000"}
        channels = {"train": {"a.csv": wall_of_days(
            {f"item{i}": 40 + 10 * i for i in range(24)}, 400)}}
        whole = self.container("whole")
        whole.prepare_training(hyperparameters, channels)
        self.assertEqual(whole.run("train")[0], 0)

        container = self.container("spot")
        container.prepare_training(hyperparameters, channels)
        process = container.start("train")
        while not list(container.root.glob("checkpoints/trainings/*.training")):
            self.assertIsNone(process.poll(), "it ended before it was interrupted")
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        begun = time.monotonic()
        _, err = process.communicate(timeout=110)
        self.assertLess(time.monotonic() - begun, 30, "long before the 120 s are over")
        self.assertEqual(process.returncode, 1)
        self.assertIn("goes on", err)
        self.assertFalse((container.root / "output/failure").exists(), "it is none")
        self.assertFalse((container.root / "model").exists())

        # another machine, with the checkpoints that SageMaker brings
        other = self.container("other")
        other.prepare_training(hyperparameters, channels)
        shutil.copytree(container.root / "checkpoints", other.root / "checkpoints")
        status, _, err = other.run("train")
        self.assertEqual(status, 0, err)
        self.assertIn("the training goes on from step", err)
        self.assertEqual(other.read("output/data/forecasts.csv"),
                         whole.read("output/data/forecasts.csv"))
        # a start that finds all of it done leaves the same
        shutil.rmtree(other.root / "model")
        status, _, err = other.run("train")
        self.assertEqual(status, 0, err)
        self.assertIn("had made this run already", err)
        self.assertTrue((other.root / "model/forecart.json").exists())


class Serving(Scratch):
    def served(self, **environment):
        """An endpoint that gets the model as SageMaker gives it: model.tar.gz of the training."""
        container, _ = self.trained()
        archive = self.folder / "model.tar.gz"
        with tarfile.open(archive, "w:gz") as tar:
            tar.add(container.root / "model", ".")
        host = self.container("host")
        with tarfile.open(archive) as tar:
            tar.extractall(host.root / "model", filter="data")
        forecasts = rows_of(container.read("output/data/forecasts.csv"))
        return Endpoint(host, **environment), forecasts

    def test_answers_in_every_format(self):
        endpoint, forecasts = self.served()
        self.addCleanup(endpoint.process.kill)
        print(f"start to first /ping answered: {1000 * endpoint.seconds_to_ping:.0f} ms",
              file=sys.stderr)
        self.assertLess(endpoint.seconds_to_ping, 2)
        mean = {"configuration": {"output_types": ["mean"], "model": "AutoETS"}}

        # a known series with nothing new: the forecast of the training
        instances = {"instances": [{"item_id": name} for name in ITEMS], **mean}
        status, kind, body = endpoint.invoke(instances)
        self.assertEqual((status, kind), (200, "application/json"), body)
        for name, prediction in zip(ITEMS, json.loads(body)["predictions"]):
            told = [float(row["AutoETS"]) for row in forecasts if row["unique_id"] == name]
            self.assertEqual(prediction["mean"], told)

        # a long table of what came since; the state that went on is that of the whole history
        status, kind, body = endpoint.invoke(wall_of_days(ITEMS, 7, first=84), "text/csv")
        self.assertEqual((status, kind), (200, "text/csv"), body)
        rows = rows_of(body)
        self.assertEqual((len(rows), rows[0]["ds"]), (21, "2024-04-01"))
        lines = "".join(json.dumps({"item_id": name, "start": "2024-03-25", "target": [
            float(row["y"]) for row in rows_of(wall_of_days({name: ITEMS[name]}, 7, first=84))]})
                        + "\n" for name in ITEMS)
        status, kind, answer = endpoint.invoke(lines, "application/jsonlines", Accept="text/csv")
        self.assertEqual((status, kind, answer), (200, "text/csv", body))

        # a series of its own, as DeepAR has it
        own = {"start": "2024-01-01 00:00:00", "target": [1, None, "NaN", 4] * 8, "cat": [0]}
        request = {"instances": [own], "configuration": {
            "num_samples": 5, "output_types": ["mean", "quantiles", "samples"],
            "quantiles": ["0.1", "0.9"]}}
        status, _, body = endpoint.invoke(request, Accept="application/jsonlines, */*")
        self.assertEqual(status, 200, body)
        prediction = json.loads(body)
        self.assertEqual({name: len(prediction[name]) for name in prediction},
                         {"mean": 7, "quantiles": 2, "samples": 5})
        self.assertEqual(endpoint.invoke(request)[2], endpoint.invoke(request)[2])
        self.assertEqual(endpoint.end()[0], 0)

    def test_refuses_with_a_reason(self):
        endpoint, _ = self.served(SAGEMAKER_MAX_PAYLOAD_IN_MB="1",
                                  SAGEMAKER_MAX_CONCURRENT_TRANSFORMS="3")
        self.addCleanup(endpoint.process.kill)
        self.assertEqual(json.loads(endpoint.ask("GET", "/execution-parameters")[2]), {
            "MaxConcurrentTransforms": 3, "BatchStrategy": "MULTI_RECORD", "MaxPayloadInMB": 1})
        for status, asked in (
                (415, endpoint.invoke("x", "text/plain")),
                (406, endpoint.invoke("{}", Accept="image/png")),
                (413, endpoint.invoke("x" * (1 << 20 | 1))),
                (422, endpoint.invoke("{")),
                (422, endpoint.invoke("no,table\n", "text/csv")),
                (400, endpoint.invoke({"instances": [{"item_id": "unknown"}]})),
                (400, endpoint.invoke({"instances": [{"item_id": "apples"}],
                                       "configuration": {"model": "Nonsense"}})),
                (404, endpoint.ask("GET", "/api/v1/datasets")),
                (405, endpoint.ask("GET", "/invocations")),
                (405, endpoint.ask("POST", "/ping", ""))):
            self.assertEqual(asked[0], status, asked)
            self.assertTrue(json.loads(asked[2])["error"]["message"])
        self.assertEqual(endpoint.ask("GET", "/ping")[0], 200, "it goes on")
        self.assertEqual(endpoint.end()[0], 0)

    def test_lines_of_a_batch_transform_have_no_configuration(self):
        endpoint, _ = self.served(
            SAGEMAKER_BATCH="true",
            DEEPAR_INFERENCE_CONFIG='{"output_types": ["quantiles"], "quantiles": ["0.5"]}')
        self.addCleanup(endpoint.process.kill)
        body = endpoint.invoke('{"item_id": "pears"}\n', "application/jsonlines")[2]
        self.assertEqual(list(json.loads(body)), ["quantiles"])
        endpoint.end()

    def test_a_damaged_model_is_not_served(self):
        host = self.container("host")
        host.write("model/something.txt", "x")
        status, _, err = host.run("serve", "--address", "127.0.0.1", "--port", "0")
        self.assertEqual(status, 1)
        self.assertIn("no trained model", err)


class Processing(Scratch):
    def machines(self, count, files, inputs, *words, **environment):
        """What `count` machines leave, put together as in S3: their files shared out by key."""
        names = sorted(files)
        hosts = tuple(f"algo-{i + 1}" for i in range(count))
        started = []
        for i, host in enumerate(hosts):
            container = self.container(f"{count}-{host}", hosts=hosts, current=host)
            container.prepare_processing({**{inputs: {name: files[name] for name in names[i::count]}},
                                          "config": {"dataset.toml": TOML}})
            started.append((container, container.start("process", *words, **environment)))
        together = {}
        for container, process in started:
            out, err = process.communicate(timeout=300)
            self.assertEqual(process.returncode, 0, out + err)
            left = files_below(container.root / "processing/output")
            for name in set(left) & set(together):
                self.assertEqual(left[name], together[name], name)
            together.update(left)
            self.assertEqual(container.read("output/message"), out.strip())
        return together

    def repository_of(self, files):
        for name, content in files.items():
            path = self.folder / "union" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return self.folder / "union" / "repository"

    def test_real_orders_shared_out_over_machines_make_the_same_repository(self):
        if SHARED is None:
            self.skipTest("the real orders are missing (FORECART_SHARED)")
        files = {path.name: path for path in (SHARED / "data/galli").glob("*.csv")}
        one = self.machines(1, files, "orders")
        self.assertEqual(len([name for name in one if "/uploads/" in name]), len(files))
        for count in (2, 3):
            self.assertEqual(self.machines(count, files, "orders"), one, count)
        repository = self.repository_of(one)
        done = subprocess.run([FORECART, "status", "--repository", repository, "--json"],
                              capture_output=True, text=True, check=True)
        self.assertEqual(json.loads(done.stdout)["datasets"][0]["rows_accepted"], 185950)
        done = subprocess.run([FORECART, "fsck", "--repository", repository], capture_output=True,
                              text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_more_machines_than_files_and_series_of_files(self):
        files = {f"{name}.csv": wall_of_days({name: level}, 60) for name, level in ITEMS.items()}
        words = ("--freq", "D", "--h", "7", "--model", "AutoETS")
        one = self.machines(1, files, "series", *words)
        self.assertEqual(sorted(one), [f"forecasts/{name}.csv" for name in sorted(ITEMS)])
        for count in (2, 4):
            self.assertEqual(self.machines(count, files, "series", *words), one)
        alone = self.folder / "apples.csv"
        alone.write_text(files["apples.csv"])
        done = subprocess.run([FORECART, "forecast", alone, *words], capture_output=True, check=True)
        self.assertEqual(one["forecasts/apples.csv"], done.stdout, "one behaviour")

    def test_a_file_that_cannot_be_read_fails_the_job_and_leaves_the_others(self):
        container = self.container()
        container.prepare_processing({"series": {"a.csv": wall_of_days({"a": 1}, 40), "b.csv": "x"}})
        status, out, _ = container.run("process", "--h", "2", "--model", "Naive")
        self.assertEqual(status, 1)
        self.assertIn("b.csv [bad_data]", out)
        self.assertEqual(container.read("output/message"), out.strip())
        self.assertTrue((container.root / "processing/output/forecasts/a.csv").exists())

    def test_machines_must_read_files_alike(self):
        container = self.container(hosts=("algo-1", "algo-2"))
        container.prepare_processing({"orders": {"a.csv": "Order ID,Order Date\n1,2024-01-01\n"}})
        self.assertEqual(container.run("process")[0], 1)
        self.assertIn("dataset.toml", container.read("output/message"))

    def test_does_what_waits_for_a_data_set(self):
        shop = self.folder / "shop"
        subprocess.run([FORECART, "init", "--repository", shop], check=True, capture_output=True)
        toml = '[columns]\ntime = "Order Date"\n[[panel]]\nname = "total"\nfrequency = "D"\n'
        for name, text in (("datasets/orders/dataset.toml", toml + "horizon = 7\n"),
                           ("inbox/orders/a.csv", "Order ID,Order Date\n" + "".join(
                               f"{i},{row['ds']} 10:00\n" for row in
                               rows_of(wall_of_days({"x": 1}, 40)) for i in range(3)))):
            (shop / name).parent.mkdir(parents=True, exist_ok=True)
            (shop / name).write_text(text)
        for number, said in ((2, "algo-1 does the work"), (1, "1 files taken in, run "),
                             (1, "nothing is waiting")):
            container = self.container(f"work-{said[:6]}", hosts=("algo-1", "algo-2"),
                                       current=f"algo-{number}")
            container.write("config/resourceconfig.json", container.hosts)
            status, out, err = container.run("process", "--dataset", "orders",
                                             FORECART_REPOSITORY=str(shop))
            self.assertEqual(status, 0, err + out)
            self.assertIn(said, out)
        self.assertTrue((shop / "current/orders.json").exists())
        (shop / "inbox/orders/b.csv").write_text("x\n1\n")
        status, out, _ = container.run("process", "--dataset", "orders",
                                       FORECART_REPOSITORY=str(shop))
        self.assertEqual((status, out.strip().split("failed: ")[-1]), (1, "b.csv [unknown_name]"), out)
        container = self.container("nothing")
        self.assertEqual(container.run("process")[0], 1)
        self.assertIn("FORECART_REPOSITORY", container.read("output/message"))


if __name__ == "__main__":
    FORECART = str(Path(sys.argv[1]).resolve())
    if len(sys.argv) > 2 and (Path(sys.argv[2]) / "data/galli").is_dir():
        SHARED = Path(sys.argv[2])
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
