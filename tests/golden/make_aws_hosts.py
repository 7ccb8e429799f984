#!/usr/bin/env python3
"""Hosts of AWS as botocore 1.43.11 names them, for src/net/aws_service_test.cpp.

    make_aws_hosts.py > aws_hosts.json      with the Python of third_party/moto

Each row: service, region, dual stack, FIPS, host. FIPS in China and in the sovereign cloud is left
out: rules give names there, but no such hosts are documented. So are the other names of Step
Functions in GovCloud, which has rules of its own there: AWS_ENDPOINT_URL_SFN says them."""

import json

import botocore
import botocore.session
from botocore.endpoint_provider import EndpointProvider

SERVICES = ["sagemaker", "sagemaker-runtime", "logs", "cloudwatch", "quicksight", "sns", "sqs",
            "events", "kinesis", "sts", "secretsmanager", "s3", "athena", "stepfunctions"]
REGIONS = ["eu-central-1", "us-east-1", "ca-west-1", "cn-north-1", "cn-northwest-1",
           "us-gov-west-1", "us-gov-east-1", "eusc-de-east-1"]

assert botocore.__version__ == "1.43.11", botocore.__version__
loader = botocore.session.get_session().get_component("data_loader")
partitions = loader.load_data("partitions")


def host(provider, service, region, dual, fips):
    more = {"s3": {"Bucket": "b"}, "sts": {"UseGlobalEndpoint": False}}.get(service, {})
    url = provider.resolve_endpoint(Region=region, UseDualStack=dual, UseFIPS=fips, **more).url
    return url.removeprefix("https://").removesuffix("/b")


rows = []
for service in SERVICES:
    rules = EndpointProvider(loader.load_service_model(service, "endpoint-rule-set-1"), partitions)
    for region in REGIONS:
        for dual in (False, True):
            for fips in (False, True):
                if fips and region.startswith(("cn-", "eusc-")):
                    continue
                if service == "stepfunctions" and region.startswith("us-gov-") and (dual or fips):
                    continue
                rows.append([service, region, dual, fips, host(rules, service, region, dual, fips)])
print("[" + ",\n ".join(json.dumps(row) for row in rows) + "]")
