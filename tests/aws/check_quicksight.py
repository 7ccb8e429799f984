#!/usr/bin/env python3
"""A data set in QuickSight: tables of a run on a real S3 server (Ceph), and all that the program asks
QuickSight, Athena and STS, checked against botocore's models (model_server.py).

    check_quicksight.py FORECART SERVERS      SERVERS as tests/store/servers writes it

Exit 77 where Ceph or moto, whose boto3 this takes, is not installed (scripts/setup --test)."""

import csv
import datetime
import io
import json
import os
import random
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "store"))
from check_report import Shop  # noqa: E402
from model_server import ModelServer, Refusal, wrong_with  # noqa: E402

ACCOUNT = "123456789012"
READER = f"arn:aws:quicksight:us-east-1:{ACCOUNT}:group/default/buyers"
OWNER = f"arn:aws:quicksight:us-east-1:{ACCOUNT}:user/default/ann"
OF = ("--dataset", "orders")
TOML = """[columns]
time = "Order Date"
order_id = "Order ID"
product = "Product"
quantity = "Quantity"
unit_price = "Price"
customer = "Customer"
place = "Address"
[dimensions]
city = "split_part(\\"Address\\", ', ', 2)"
[[panel]]
name = "daily by city"
by = ["city"]
measure = "units"
frequency = "D"
horizon = 3
hierarchy = "auto"
[[panel]]
name = "by customer"
by = ["customer"]
measure = "units"
frequency = "D"
horizon = 3
[quicksight]
publish = true
"""


class Orders:
    """Order lines of days from 2024-01-28 on, always the same, and their sums."""

    def __init__(self, days):
        rng = random.Random(7)
        self.lines = []
        for day in days:
            date = datetime.date(2024, 1, 28) + datetime.timedelta(day)
            for number in range(6 + day % 3):
                self.lines.append({
                    "Order ID": day * 100 + number // 2, "Product": rng.choice(["Tea, green", 'Pot "L"']),
                    "Quantity": rng.randrange(1, 4), "Price": 2.5, "Order Date": f"{date} {rng.randrange(24):02}:15",
                    "Customer": f"Ann {number}", "Address": f"{number} Main St, {rng.choice(['Ulm', 'Köln'])}"})

    def text(self):
        out = io.StringIO()
        writer = csv.DictWriter(out, self.lines[0])
        writer.writeheader()
        writer.writerows(self.lines)
        return out.getvalue()

    def sums(self, key):
        """{key: (lines, orders, units, revenue)}"""
        lines, orders, units = Counter(), {}, Counter()
        for line in self.lines:
            name = key(line)
            lines[name] += 1
            orders.setdefault(name, set()).add(line["Order ID"])
            units[name] += line["Quantity"]
        return {name: (lines[name], len(orders[name]), units[name], 2.5 * units[name]) for name in lines}


KEYS = {"sales_by_month": lambda line: line["Order Date"][:7] + "-01",
        "sales_by_hour": lambda line: line["Order Date"][11:13].lstrip("0") or "0",
        "sales_by_product": lambda line: line["Product"],
        "sales_by_city": lambda line: line["Address"].split(", ")[1]}


def rows(shop, table):
    text = shop.get(f"quicksight/orders/csv/{table}/{table}.csv").decode()
    return list(csv.DictReader(io.StringIO(text)))


def check_sums(shop, orders):
    for table, key in KEYS.items():
        found = {}
        for row in rows(shop, table):
            name, lines, number, units, revenue = row.values()
            found[name] = (int(lines), int(number), float(units), float(revenue))
        wanted = orders.sums(key)
        if table == "sales_by_hour":  # an order whose lines lie in several hours of a day
            wanted = {name: (a, found[name][1], c, d) for name, (a, _, c, d) in wanted.items()}
        assert found == wanted, (table, found, wanted)


def check_forecasts(shop, orders):
    table = rows(shop, "forecasts")
    assert {row["panel"] for row in table} == {"daily by city"}, "customers are nobody's business"
    ids = {row["unique_id"] for row in table}
    assert ids == {"total", "city=Ulm", "city=K%C3%B6ln"}, ids
    total = [row for row in table if row["unique_id"] == "total"]
    ahead = [row for row in total if row["forecast"]]
    known = {row["ds"]: float(row["actual"]) for row in total if row["actual"]}
    assert len(ahead) == 3 and len(known) == 24, (len(ahead), len(known))
    days = orders.sums(lambda line: line["Order Date"][:10] + " 00:00:00")
    assert all(days[ds][2] == value for ds, value in known.items()), (known, days)
    last = max(known)
    for row in ahead:
        assert row["ds"] > last and row["model"] and row["run"], row
        low, value, high = (float(row[name]) for name in ("lo_95", "forecast", "hi_95"))
        assert low <= float(row["lo_80"]) <= value <= float(row["hi_80"]) <= high, row
    return {row["run"] for row in total}


def check_manifests(shop):
    for table in ("forecasts", *KEYS):
        manifest = json.loads(shop.get(f"quicksight/orders/manifests/{table}.json"))
        prefix, = manifest["fileLocations"][0]["URIPrefixes"]
        assert prefix == f"{shop.place}/quicksight/orders/csv/{table}/", manifest
        assert manifest["globalUploadSettings"] == {
            "format": "CSV", "delimiter": ",", "textqualifier": '"', "containsHeader": "true"}
        listed = shop.s3.list_objects_v2(Bucket=shop.bucket, Prefix=prefix.split("/", 3)[3])["Contents"]
        assert [one["Key"].rsplit("/", 1)[1] for one in listed] == [f"{table}.csv"], listed


class QuickSight:
    """Remembers what was made, and takes in a data set 32 times."""

    def __init__(self):
        self.made, self.ingestions, self.statements = {}, [], []
        self.refuse, self.broken = None, set()

    def handlers(self):
        handlers = {"sts.GetCallerIdentity": lambda _: (
            "<GetCallerIdentityResponse><GetCallerIdentityResult>"
            f"<Account>{ACCOUNT}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"),
            "quicksight.CreateIngestion": self.ingest,
            "quicksight.DescribeIngestion": self.describe,
            "quicksight.DescribeDashboard": lambda _: {"Dashboard": {"Version": {
                "Status": "UPDATE_SUCCESSFUL", "VersionNumber": 2}}},
            "quicksight.UpdateDashboardPublishedVersion": lambda one: one,
            "quicksight.GenerateEmbedUrlForRegisteredUser": lambda one: {
                "EmbedUrl": f"https://quicksight/{one['ExperienceConfiguration']['Dashboard']['InitialDashboardId']}"},
            "athena.StartQueryExecution": self.start,
            "athena.GetQueryExecution": lambda _: {"QueryExecution": {"Status": {"State": "SUCCEEDED"}}}}
        for kind in ("DataSource", "DataSet", "Analysis", "Dashboard"):
            handlers[f"quicksight.Create{kind}"] = lambda one, kind=kind: self.create(kind, one)
            handlers[f"quicksight.Update{kind}"] = lambda one, kind=kind: self.update(kind, one)
            handlers[f"quicksight.Update{kind}Permissions"] = lambda one, kind=kind: self.let_in(kind, one)
        return handlers

    def create(self, kind, one):
        name = (kind, one[f"{kind}Id"])
        if name in self.made:
            raise Refusal(409, "ResourceExistsException")
        self.made[name] = one
        arn = f"arn:aws:quicksight:us-east-1:{ACCOUNT}:{kind.lower()}/{name[1]}"
        return {"Arn": arn, "VersionArn": arn + "/version/1"}

    def update(self, kind, one):
        name = (kind, one[f"{kind}Id"])
        assert name in self.made
        self.made[name] = {**self.made[name], **one}
        return {"VersionArn": f"arn:aws:quicksight:us-east-1:{ACCOUNT}:{kind.lower()}/{name[1]}/version/2"}

    def let_in(self, kind, one):
        self.made[(kind, one[f"{kind}Id"])]["Permissions"] += one["GrantPermissions"]
        return {}

    def ingest(self, one):
        if self.refuse:
            raise self.refuse
        if (one["DataSetId"], one["IngestionId"]) in self.ingestions:
            raise Refusal(409, "ResourceExistsException")
        self.ingestions.append((one["DataSetId"], one["IngestionId"]))
        return {"IngestionId": one["IngestionId"], "IngestionStatus": "QUEUED"}

    def describe(self, one):
        name = (one["DataSetId"], one["IngestionId"])
        if name not in self.ingestions:
            raise Refusal(404, "ResourceNotFoundException")
        failed = name[0] in self.broken
        return {"Ingestion": {
            "Arn": "a", "IngestionId": name[1], "IngestionStatus": "FAILED" if failed else "COMPLETED",
            "CreatedTime": 1.7e9, "RowInfo": {"RowsIngested": 7, "RowsDropped": int(failed)},
            **({"ErrorInfo": {"Type": "SOURCE_FILE_SIZE_LIMIT_EXCEEDED"}} if failed else {})}}

    def start(self, one):
        self.statements.append(one["QueryString"])
        return {"QueryExecutionId": "q"}


def record(shop):
    return json.loads(shop.get("work/orders/quicksight.json"))


def bring(shop, folder, days):
    """A run of what these days brought; its report."""
    file = Path(folder) / f"{days.start}.csv"
    file.write_text(Orders(days).text(), encoding="utf-8")
    shop.run("ingest", str(file), *OF)
    return json.loads(shop.run("run", *OF, "--model", "SeasonalNaive", "--json"))


def check_plan(shop):
    """What `show` prints, asking nobody, is as botocore's models say."""
    for source in ("s3", "athena"):
        plan = json.loads(shop.run("quicksight", "show", *OF, "--owner", OWNER, "--account", ACCOUNT,
                                   "--reader", OWNER, "--source", source))
        steps = [("CreateAnalysis", plan["analysis"]), ("CreateDashboard", plan["dashboard"])]
        steps += [("CreateDataSource", one) for one in plan["data_sources"]]
        steps += [("CreateDataSet", one) for one in plan["data_sets"]]
        for operation, one in steps:
            assert not wrong_with("quicksight", operation, one), (operation, wrong_with("quicksight", operation, one))
        visuals = plan["analysis"]["Definition"]["Sheets"][0]["Visuals"]
        assert len(visuals) == 5 and len(plan["data_sets"]) == 5
        check_references(plan)
    visuals[0]["LineChartVisual"]["ChartConfiguration"]["Type"] = "WAVES"
    assert wrong_with("quicksight", "CreateAnalysis", plan["analysis"]), "the check finds nothing"


def check_references(plan):
    """Charts ask for data sets and columns that there are, layouts for charts that there are."""
    definition = plan["analysis"]["Definition"]
    ids = {one["DataSetId"] for one in plan["data_sets"]}
    columns = {}
    for declared in definition["DataSetIdentifierDeclarations"]:
        assert declared["DataSetArn"].rsplit("/", 1)[1] in ids, declared
    for data in plan["data_sets"]:
        table, = data["PhysicalTableMap"].values()
        inner, = table.values()
        columns[data["DataSetId"].removeprefix("forecart-orders-")] = {one["Name"] for one in inner["InputColumns"]}

    def walk(value):
        if isinstance(value, dict):
            if set(value) == {"DataSetIdentifier", "ColumnName"}:
                assert value["ColumnName"] in columns[value["DataSetIdentifier"]], value
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(definition)
    sheet = definition["Sheets"][0]
    visuals = {one["VisualId"] for visual in sheet["Visuals"] for one in visual.values()}
    elements = {one["ElementId"] for one in sheet["Layouts"][0]["Configuration"]["GridLayout"]["Elements"]}
    assert visuals == elements, (visuals, elements)


def main(forecart, servers):
    shop = Shop(forecart, servers)
    shop.run("init")
    shop.put("datasets/orders/dataset.toml", TOML)
    aws = QuickSight()
    server = ModelServer(aws.handlers())
    for service in ("QUICKSIGHT", "ATHENA", "STS"):
        os.environ[f"AWS_ENDPOINT_URL_{service}"] = server.url
    with tempfile.TemporaryDirectory() as folder:
        told = bring(shop, folder, range(40))
        assert told["tables"]["error"] is None and told["tables"]["refresh"] is None, told["tables"]
        orders = Orders(range(40))
        check_sums(shop, orders)
        assert check_forecasts(shop, orders) == {told["run"]}
        check_manifests(shop)
        assert server.calls == [], "QuickSight does not know it yet"
        check_plan(shop)

        # made, and made again: nothing but changes
        setup = ("quicksight", "setup", *OF, "--owner", OWNER)
        assert shop.run(*setup) == f"dashboard forecart-orders in account {ACCOUNT}, us-east-1\n"
        assert Counter(kind for kind, _ in aws.made) == {"DataSource": 5, "DataSet": 5, "Analysis": 1, "Dashboard": 1}
        before = len(server.calls)
        shop.run(*setup, "--source", "athena", "--work-group", "shop", "--reader", READER)
        again = [name.split(".")[1] for name, _, _ in server.calls[before:]]
        assert again[-1] == "UpdateDashboardPublishedVersion" and "UpdateDataSet" in again, again
        assert READER in [one["Principal"] for one in aws.made["Dashboard", "forecart-orders"]["Permissions"]]
        assert len(aws.statements) == 11 and aws.statements[0].startswith("CREATE DATABASE"), aws.statements
        assert aws.statements == [one.strip() for one in shop.get("quicksight/orders/athena.sql").decode().rstrip()[:-1].split(";\n\n")]

        # a run that is published is taken in; once, whoever asks again
        second = bring(shop, folder, range(40, 43))
        assert second["tables"]["refresh"] == "done", second["tables"]
        name = second["run"].replace(".", "-")
        assert sorted(aws.ingestions) == sorted((f"forecart-orders-{table}", name) for table in ("forecasts", *KEYS))
        assert "QuickSight was told before" in shop.run("quicksight", "refresh", *OF)
        assert record(shop)["told"] == second["run"] and len(record(shop)["asked"]) == 3
        status, = {row["status"] for row in json.loads(shop.run("quicksight", "status", *OF, "--json"))["ingestions"]}
        assert status == "COMPLETED", status
        aws.broken = {"forecart-orders-forecasts"}
        told = subprocess.run([shop.forecart, "quicksight", "status", *OF, "--repository", shop.place],
                              capture_output=True, text=True, check=False)
        assert told.returncode == 1, told
        assert "forecasts FAILED, 7 rows, 1 left out: SOURCE_FILE_SIZE_LIMIT_EXCEEDED" in told.stdout, told.stdout

        # a refresh that fails is one of the refresh, not of the run
        aws.refuse = Refusal(400, "AccessDeniedException")
        third = bring(shop, folder, range(43, 46))
        assert third["published"] and "AccessDenied" in third["tables"]["error"], third["tables"]
        status, = json.loads(shop.run("status", "--json"))["datasets"]
        assert status["current_run"] == third["run"] and "AccessDenied" in status["tables_error"], status
        aws.refuse = None

        # what is too much for today is one wish, of the newest run
        used = record(shop)
        used.pop("seal")
        used["asked"] = [used["asked"][-1]] * 32
        shop.put("work/orders/quicksight.json", json.dumps(used))
        fourth = bring(shop, folder, range(46, 48))
        assert fourth["tables"]["refresh"] == "waits" and fourth["tables"]["error"] is None, fourth["tables"]
        assert record(shop)["wanted"] == fourth["run"] and len(aws.ingestions) == 5
        used = record(shop)
        used.pop("seal")
        used["asked"] = used["asked"][1:]
        shop.put("work/orders/quicksight.json", json.dumps(used))
        shop.run("work")
        assert record(shop)["wanted"] == "" and record(shop)["told"] == fourth["run"], record(shop)
        assert "told before" in shop.run("quicksight", "refresh", *OF)
        assert {name for _, name in aws.ingestions[5:]} == {fourth["run"].replace(".", "-")}

        link = shop.run("quicksight", "link", *OF, "--user", OWNER, "--domain", "https://shop.example.org")
        assert link == "https://quicksight/forecart-orders\n", link
        shop.run("fsck")
    assert server.wrong == [], server.wrong
    print(f"QuickSight by botocore's models: {len(server.calls)} requests as they should be; tables on Ceph")


if __name__ == "__main__":
    main(*sys.argv[1:])
