#!/usr/bin/env python3
"""`forecart sagemaker start` asks moto, which stands in for AWS, for jobs and endpoints; what SageMaker then
has of a training job is laid out as it does, and the program trains on it. What moto does not keep
(metrics, machines of a processing job) is looked at by the unit tests of what is sent.

    check_sagemaker_jobs.py FORECART SERVERS      SERVERS as tests/store/servers writes it

Exit 77 where moto is not installed (scripts/setup --test)."""

import os
import subprocess
import sys
import tempfile
import uuid
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "automation"))
from check_sqs import boto3, server  # noqa: E402
from container import Container, wall_of_days  # noqa: E402

IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/forecart:1"
ROLE = "arn:aws:iam::123456789012:role/forecart"


def start(forecart, *words):
    done = subprocess.run([forecart, "sagemaker", "start", *words], capture_output=True, text=True,
                          check=False)
    return done.returncode, done.stdout.strip(), done.stderr


def check_training(forecart, sagemaker, name):
    words = ("train", name, "--input", "train=s3://my-bucket/sales/", "--output", "s3://my-bucket/models/",
             "--hyperparameter", "h=7", "--hyperparameter", 'model=["Naive","AutoETS"]')
    status, arn, err = start(forecart, *words, "--spot-wait", "7200", "--checkpoints", "s3://my-bucket/kept/")
    assert status == 0, err
    job = sagemaker.describe_training_job(TrainingJobName=name)
    assert job["TrainingJobArn"] == arn, job
    assert job["AlgorithmSpecification"]["TrainingImage"] == IMAGE, job
    assert job["RoleArn"] == ROLE, job
    assert job["EnableManagedSpotTraining"] and job["EnableNetworkIsolation"], job
    assert job["CheckpointConfig"] == {"S3Uri": "s3://my-bucket/kept/"}, job
    assert job["VpcConfig"] == {"Subnets": ["subnet-1"], "SecurityGroupIds": ["sg-1"]}, job
    assert job["OutputDataConfig"]["KmsKeyId"] == "key", job
    status, _, err = start(forecart, *words, "--spot-wait", "7200")
    assert status == 2 and "checkpoints" in err, err

    with tempfile.TemporaryDirectory() as folder:
        container = Container(forecart, folder)
        container.prepare_training(job["HyperParameters"], {
            one["ChannelName"]: {"a.csv": wall_of_days({"x": 3}, 40)}
            for one in job["InputDataConfig"]})
        status, out, err = container.run("train")
        assert status == 0 and "forecart metric mase=" in out, err


def check_processing(forecart, sagemaker, name):
    status, arn, err = start(forecart, "process", name, "--machines", "3", "--input",
                             "orders=s3://my-bucket/in/", "--input", "config=s3://my-bucket/config/", "--output",
                             "s3://my-bucket/shop/", "--argument=--dataset", "--argument=shop")
    assert status == 0, err
    job = sagemaker.describe_processing_job(ProcessingJobName=name)
    assert job["ProcessingJobArn"] == arn, job
    shares = {one["InputName"]: one["S3Input"]["S3DataDistributionType"]
              for one in job["ProcessingInputs"]}
    assert shares == {"orders": "ShardedByS3Key", "config": "FullyReplicated"}, shares
    assert job["AppSpecification"]["ContainerArguments"] == ["process", "--dataset", "shop"], job
    assert job["NetworkConfig"]["EnableNetworkIsolation"], job


def check_endpoint(forecart, sagemaker, name):
    status, arn, err = start(forecart, "endpoint", name, "--model", "s3://my-bucket/model.tar.gz")
    assert status == 0, err
    endpoint = sagemaker.describe_endpoint(EndpointName=name)
    assert endpoint["EndpointArn"] == arn, endpoint
    config = sagemaker.describe_endpoint_config(EndpointConfigName=endpoint["EndpointConfigName"])
    model = sagemaker.describe_model(ModelName=config["ProductionVariants"][0]["ModelName"])
    assert model["PrimaryContainer"]["Image"] == IMAGE, model
    assert model["PrimaryContainer"]["ModelDataUrl"] == "s3://my-bucket/model.tar.gz", model


def main(forecart, servers):
    endpoint, key, secret = server(servers)
    os.environ.update(AWS_ACCESS_KEY_ID=key, AWS_SECRET_ACCESS_KEY=secret, AWS_REGION="us-east-1",
                      AWS_DEFAULT_REGION="us-east-1", AWS_ENDPOINT_URL=endpoint, NO_PROXY="*",
                      no_proxy="*", FORECART_SAGEMAKER_SUBNETS="subnet-1",
                      FORECART_SAGEMAKER_SECURITY_GROUPS="sg-1", FORECART_SAGEMAKER_KMS_KEY="key")
    status, _, err = start(forecart, "endpoint", "x", "--model", "s3://my-bucket/model.tar.gz")
    assert status == 2 and "FORECART_SAGEMAKER_IMAGE" in err, err
    os.environ.update(FORECART_SAGEMAKER_IMAGE=IMAGE, FORECART_SAGEMAKER_ROLE=ROLE)
    sagemaker = boto3.client("sagemaker")
    name = f"test-{uuid.uuid4()}"
    check_training(forecart, sagemaker, name)
    check_processing(forecart, sagemaker, name)
    check_endpoint(forecart, sagemaker, name)


if __name__ == "__main__":
    main(*sys.argv[1:])
