#!/usr/bin/env python3
"""`forecart cloudwatch apply` on moto, and what it would send by botocore's models.

    check_cloudwatch.py FORECART SERVERS      SERVERS as tests/store/servers writes it

Exit 77 where moto is not installed (scripts/setup --test)."""

import json
import os
import subprocess
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "automation"))
from check_sqs import boto3, server  # noqa: E402
from model_server import wrong_with  # noqa: E402

WATCHED = ["--function", "orders", "--queue", "inbox", "--dead-letter-queue", "inbox-dead", "--stream", "tills",
           "--log-group", "/shop/serve", "--emf-namespace", "shop/forecart", "--prefix", "shop",
           "--alarm-action", "arn:aws:sns:eu-central-1:123456789012:alerts"]


def forecart(program, *words):
    done = subprocess.run([program, "cloudwatch", *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


def check_shapes(plan):
    for group in plan["log_groups"]:
        assert not wrong_with("logs", "PutRetentionPolicy", group), group
    dashboard = {**plan["dashboard"], "DashboardBody": json.dumps(plan["dashboard"]["DashboardBody"])}
    assert not wrong_with("cloudwatch", "PutDashboard", dashboard)
    for alarm in plan["alarms"]:
        found = wrong_with("cloudwatch", "PutMetricAlarm", alarm)
        assert not found, (alarm["AlarmName"], found)
    broken = {**plan["alarms"][0], "ComparisonOperator": "Over"}
    assert wrong_with("cloudwatch", "PutMetricAlarm", broken), "the check finds nothing"


def main(program, servers):
    endpoint, key, secret = server(servers, "moto")
    os.environ.update(AWS_ACCESS_KEY_ID=key, AWS_SECRET_ACCESS_KEY=secret, NO_PROXY="*", no_proxy="*",
                      AWS_REGION="eu-central-1", AWS_ENDPOINT_URL=endpoint)
    plan = json.loads(forecart(program, "show", *WATCHED)[0])
    check_shapes(plan)
    clients = {name: boto3.client(name, region_name="eu-central-1") for name in ("cloudwatch", "logs")}
    for days in ("30", "90"):  # the second time all is there already
        told, notes = forecart(program, "apply", *WATCHED, "--retention", days)
        assert told == f"dashboard shop, 10 alarms, 2 log groups kept for {days} days\n", told
        assert notes == "", notes
    watch = clients["cloudwatch"]
    made = watch.describe_alarms(AlarmNamePrefix="shop-")["MetricAlarms"]
    alarms = {alarm["AlarmName"]: alarm for alarm in made}
    for wanted in plan["alarms"]:
        made = alarms[wanted["AlarmName"]]
        differ = {name: made.get(name) for name, value in wanted.items() if made.get(name) != value}
        assert not differ, (wanted["AlarmName"], differ)
    body = json.loads(watch.get_dashboard(DashboardName="shop")["DashboardBody"])
    assert body == plan["dashboard"]["DashboardBody"]
    for name in ("/aws/lambda/orders", "/shop/serve"):
        group, = clients["logs"].describe_log_groups(logGroupNamePrefix=name)["logGroups"]
        assert group["retentionInDays"] == 90, group
    print(f"CloudWatch on moto: {len(plan['alarms'])} alarms, {len(body['widgets'])} widgets, 2 log groups")


if __name__ == "__main__":
    main(*sys.argv[1:])
