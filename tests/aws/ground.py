"""What AWS does between the parts of forecart, on servers that run here: Ceph's events of a bucket go by a
rule of EventBridge into a queue with dead letters (moto), an event source mapping brings them to the
function, jobs that were asked of SageMaker (moto) run, lines of the embedded metric format become metrics
of CloudWatch (moto), and alarms look at these."""

import json
import os
import sys
import threading
import time
import urllib.error
import urllib.request
import uuid
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "automation"))
from check_sqs import boto3  # noqa: E402

MOST_TRIES = 3
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def event_of(record):
    """Ceph's notice of an object as EventBridge tells of one in S3."""
    s3 = record["s3"]
    return {"Source": "aws.s3", "DetailType": "Object Created", "Detail": json.dumps({
        "version": "0", "bucket": {"name": s3["bucket"]["name"]},
        "object": {"key": s3["object"]["key"], "size": s3["object"].get("size", 0),
                   "etag": s3["object"].get("eTag", ""), "sequencer": s3["object"].get("sequencer", "")},
        "reason": "PutObject"})}


class Ground:
    """A bucket's events on their way to a queue. `client(name)` is boto3's for moto."""

    def __init__(self, shop, moto):
        self.shop, self.name = shop, f"ground-{uuid.uuid4().hex[:12]}"
        self.client = lambda name: boto3.client(name, endpoint_url=moto, region_name="us-east-1")
        self.sqs, self.events = self.client("sqs"), self.client("events")
        self.dead, dead_arn = self._queue(f"{self.name}-dead", {})
        redrive = {"deadLetterTargetArn": dead_arn, "maxReceiveCount": str(MOST_TRIES)}
        self.queue, arn = self._queue(self.name, {"RedrivePolicy": json.dumps(redrive),
                                                  "VisibilityTimeout": "0"})
        pattern = {"source": ["aws.s3"], "detail-type": ["Object Created"],
                   "detail": {"bucket": {"name": [shop.bucket]},
                              "object": {"key": [{"prefix": "some/where/inbox/"}]}}}
        self.events.put_rule(Name=self.name, EventPattern=json.dumps(pattern))
        self.events.put_targets(Rule=self.name, Targets=[{"Id": "queue", "Arn": arn}])
        self._listen()

    def _queue(self, name, attributes):
        url = self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        told = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        return url, told["Attributes"]["QueueArn"]

    def _listen(self):
        """Has Ceph tell us of objects, as S3 tells EventBridge."""
        ground = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()
                for record in json.loads(body)["Records"]:
                    ground.events.put_events(Entries=[event_of(record)])

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        topics = boto3.client("sns", endpoint_url=os.environ["AWS_ENDPOINT_URL"], region_name="us-east-1")
        topic = topics.create_topic(Name=self.name, Attributes={
            "push-endpoint": f"http://127.0.0.1:{self.server.server_port}"})["TopicArn"]
        self.shop.s3.put_bucket_notification_configuration(
            Bucket=self.shop.bucket, NotificationConfiguration={"TopicConfigurations": [
                {"Id": self.name, "TopicArn": topic, "Events": ["s3:ObjectCreated:*"]}]})

    def bring(self, call, most=10, seconds=60):
        """The event source mapping: one batch of messages to the function, whose call may take so long, and
        which are gone but those that it names; its answer. The first message is waited for."""
        messages, end = [], time.monotonic() + 20
        while time.monotonic() < end and len(messages) < most:
            got = self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=most - len(messages),
                                           VisibilityTimeout=120).get("Messages", [])
            messages += got
            if not got and messages:
                break
            time.sleep(0.3)
        assert messages, "no event came from the bucket"
        how, answer, took = call({"Records": [
            {"messageId": one["MessageId"], "receiptHandle": one["ReceiptHandle"], "body": one["Body"],
             "eventSource": "aws:sqs"} for one in messages]}, seconds)
        assert how == "response", answer
        left = {one["itemIdentifier"] for one in answer["batchItemFailures"]}
        for one in messages:
            if one["MessageId"] in left:
                self.sqs.change_message_visibility(QueueUrl=self.queue, VisibilityTimeout=0,
                                                   ReceiptHandle=one["ReceiptHandle"])
            else:
                self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=one["ReceiptHandle"])
        return answer, took

    def waiting(self, queue):
        told = self.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages"])
        return int(told["Attributes"]["ApproximateNumberOfMessages"])

    def end(self):
        self.server.shutdown()


class Jobs:
    """SageMaker in front of moto, which keeps of a processing job neither environment nor network: requests
    go on to it, and these are remembered."""

    def __init__(self, moto):
        jobs = self
        self.asked = {}

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if self.headers["X-Amz-Target"] == "SageMaker.CreateProcessingJob":
                    job = json.loads(body)
                    jobs.asked[job["ProcessingJobName"]] = job
                request = urllib.request.Request(moto + self.path, body, dict(self.headers))
                try:
                    answer = OPENER.open(request)
                except urllib.error.HTTPError as error:
                    answer = error
                body = answer.read()
                self.send_response(answer.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def run(self, name, container):
        """What SageMaker does with a job: the container with its words and its environment, and nothing else
        of the function's. What was asked."""
        job = self.asked[name]
        container.prepare_processing({})
        words = job["AppSpecification"]["ContainerArguments"]
        status, _, err = container.run(*words, **job["Environment"])
        assert status == 0, (words, err, container.message())
        return job


class Metrics:
    """CloudWatch with the lines of metrics that it was given, and the alarms that look at them."""

    def __init__(self, ground, name_space="forecart"):
        self.cloudwatch, self.name_space = ground.client("cloudwatch"), name_space

    def take(self, lines):
        for line in lines:
            at = datetime.fromtimestamp(line["_aws"]["Timestamp"] / 1000, timezone.utc)
            for directive in line["_aws"]["CloudWatchMetrics"]:
                for dimensions in directive["Dimensions"]:
                    self._put(line, directive, dimensions, at)

    def _put(self, line, directive, dimensions, at):
        data = [{"MetricName": metric["Name"], "Value": line[metric["Name"]], "Timestamp": at,
                 "Dimensions": [{"Name": name, "Value": line[name]} for name in dimensions]}
                for metric in directive["Metrics"] if isinstance(line[metric["Name"]], (int, float))]
        if data:
            self.cloudwatch.put_metric_data(Namespace=directive["Namespace"], MetricData=data)

    def ringing(self):
        """Names of alarms whose newest value is past their threshold; each is set so."""
        names = set()
        for alarm in self.cloudwatch.describe_alarms()["MetricAlarms"]:
            if alarm.get("MetricName") and self._rings(alarm):
                names.add(alarm["AlarmName"])
                self.cloudwatch.set_alarm_state(AlarmName=alarm["AlarmName"], StateValue="ALARM",
                                                StateReason="its value is past the threshold")
        return names

    def _rings(self, alarm):
        now = datetime.now(timezone.utc)
        points = self.cloudwatch.get_metric_statistics(
            Namespace=alarm["Namespace"], MetricName=alarm["MetricName"], Dimensions=alarm["Dimensions"],
            StartTime=now - timedelta(hours=1), EndTime=now + timedelta(minutes=1), Period=alarm["Period"],
            Statistics=[alarm["Statistic"]])["Datapoints"]
        compare = {"GreaterThanOrEqualToThreshold": lambda value: value >= alarm["Threshold"],
                   "GreaterThanThreshold": lambda value: value > alarm["Threshold"],
                   "LessThanThreshold": lambda value: value < alarm["Threshold"]}
        past = compare[alarm["ComparisonOperator"]]
        return any(past(point[alarm["Statistic"]]) for point in points)
