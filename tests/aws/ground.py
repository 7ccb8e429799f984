"""What AWS does between the parts of forecart, on servers that run here and as the templates of the CDK app say:
Ceph's events of a bucket go by the rule of EventBridge into the queue with dead letters (moto), an event source
mapping brings them to the function, executions of the state machine run, lines of the embedded metric format
become metrics of CloudWatch (moto), and the alarms look at these."""

import json
import os
import sys
import threading
import time
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "automation"))
from check_sqs import boto3  # noqa: E402
from deployed import REGION, Deployed  # noqa: E402
from model_server import ModelServer, Refusal  # noqa: E402
from state_machine import StateMachine  # noqa: E402


def event_of(record):
    """Ceph's notice of an object as EventBridge tells of one in S3."""
    s3 = record["s3"]
    return {"Source": "aws.s3", "DetailType": "Object Created", "Detail": json.dumps({
        "version": "0", "bucket": {"name": s3["bucket"]["name"]},
        "object": {"key": s3["object"]["key"], "size": s3["object"].get("size", 0),
                   "etag": s3["object"].get("eTag", ""), "sequencer": s3["object"].get("sequencer", "")},
        "reason": "PutObject"})}


class Ground:
    """What the CDK app deploys for a bucket, made here: its events go by the deployed rule to the deployed queue,
    whose dead letters are kept. `client(name)` is boto3's for moto; `deployed` has the templates."""

    def __init__(self, shop, moto, templates):
        self.shop = shop
        self.client = lambda name: boto3.client(name, endpoint_url=moto, region_name=REGION)
        self.sqs, self.events, self.sns = (self.client(name) for name in ("sqs", "events", "sns"))
        self.deployed = Deployed(templates, {"Bucket": {"Ref": shop.bucket}})
        self.dead, self.queue = self._queue("Dead"), self._queue("Inbox")
        self.topic = self._topic()
        rule = self.deployed.one("AWS::Events::Rule", "ObjectCreated")
        name = f"rule-{shop.bucket}"
        self.events.put_rule(Name=name, EventPattern=json.dumps(rule["EventPattern"]), State=rule["State"])
        self.events.put_targets(Rule=name, Targets=rule["Targets"])
        self._listen(name)

    def _queue(self, resource):
        properties = self.deployed.one("AWS::SQS::Queue", resource)
        name = properties.pop("QueueName")
        properties.pop("Tags")
        text = {key: json.dumps(value) for key, value in properties.items()}
        url = self._new_queue(name, text)
        told = self.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
        self.deployed.made[resource] = {"Ref": url, "Arn": told["Attributes"]["QueueArn"]}
        return url

    def _new_queue(self, name, attributes):
        for earlier in self.sqs.list_queues(QueueNamePrefix=name).get("QueueUrls", []):
            self.sqs.delete_queue(QueueUrl=earlier)
        return self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]

    def _topic(self):
        """The topic of alerts; a queue of ours hears what is told there."""
        name = self.deployed.one("AWS::SNS::Topic", "Alerts")["TopicName"]
        topic = self.sns.create_topic(Name=name)["TopicArn"]
        self.deployed.made["Alerts"] = {"Ref": topic}
        self.heard = self._new_queue(f"{name}-heard", {})
        told = self.sqs.get_queue_attributes(QueueUrl=self.heard, AttributeNames=["QueueArn"])
        self.sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=told["Attributes"]["QueueArn"])
        return topic

    def alerts(self):
        """Subjects of what was told since."""
        got = self.sqs.receive_message(QueueUrl=self.heard, MaxNumberOfMessages=10).get("Messages", [])
        for message in got:
            self.sqs.delete_message(QueueUrl=self.heard, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"])["Subject"] for message in got]

    def _listen(self, name):
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
        topic = topics.create_topic(Name=name, Attributes={
            "push-endpoint": f"http://127.0.0.1:{self.server.server_port}"})["TopicArn"]
        self.shop.s3.put_bucket_notification_configuration(
            Bucket=self.shop.bucket, NotificationConfiguration={"TopicConfigurations": [
                {"Id": name, "TopicArn": topic, "Events": ["s3:ObjectCreated:*"]}]})

    def bring(self, call, most=10, seconds=60):
        """The event source mapping: one batch of messages to the function, as many as it is deployed for at most, whose
        call may take so long, and which are gone but those that it names; its answer. The first message is waited
        for."""
        mapping = self.deployed.one("AWS::Lambda::EventSourceMapping", "FunctionSqs")
        most = min(most, mapping["BatchSize"])
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

    def turn_away(self):
        """A message whose calls all fail, until the queue gives it up; how often it came."""
        times = 0
        end = time.monotonic() + 20
        while time.monotonic() < end:
            got = self.sqs.receive_message(QueueUrl=self.queue, VisibilityTimeout=0).get("Messages", [])
            times += len(got)
            if times and not got:
                return times
            time.sleep(0.1)
        raise AssertionError(f"a message came {times} times and is not given up")

    def waiting(self, queue):
        told = self.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages"])
        return int(told["Attributes"]["ApproximateNumberOfMessages"])

    def end(self):
        self.server.shutdown()


class Executions:
    """Step Functions: the deployed state machine, run by state_machine.py, whose requests are held to botocore's
    model. `tasks` as that has them."""

    def __init__(self, arn, definition, tasks):
        self.arn, self.definition, self.tasks = arn, definition, tasks
        self.begun = {}  # [thread, machine, how it ended] by name
        self.server = ModelServer({"stepfunctions.StartExecution": self._start,
                                   "stepfunctions.DescribeExecution": self._describe})
        self.url = self.server.url

    def _start(self, asked):
        assert asked["stateMachineArn"] == self.arn, asked
        machine = StateMachine(self.definition, self.tasks, pause=lambda _: None)
        ended = []
        thread = threading.Thread(target=lambda: ended.extend(machine.run(json.loads(asked["input"]))))
        self.begun[asked["name"]] = (thread, machine, ended)
        thread.start()
        return {"executionArn": self._arn(asked["name"]), "startDate": time.time()}

    def _arn(self, name):
        return f"{self.arn.replace(':stateMachine:', ':execution:')}:{name}"

    def _describe(self, asked):
        name = asked["executionArn"].rsplit(":", 1)[1]
        if name not in self.begun:
            raise Refusal(400, "ExecutionDoesNotExist")
        _, _, ended = self.begun[name]
        told = {"executionArn": asked["executionArn"], "stateMachineArn": self.arn, "startDate": time.time()}
        if not ended:
            return {**told, "status": "RUNNING"}
        how, output = ended
        failure = {"error": output["Error"], "cause": output["Cause"]} if how == "FAILED" else {}
        return {**told, "status": how, **failure}

    def wait(self, name):
        """The states that the execution of this name entered, once it has succeeded."""
        thread, machine, ended = self.begun[name]
        thread.join()
        assert ended and ended[0] == "SUCCEEDED", ended or "the interpreter broke off"
        assert not self.server.wrong, self.server.wrong
        return machine.visited


class Metrics:
    """CloudWatch with the lines of metrics that it was given, and the deployed alarms that look at them."""

    def __init__(self, ground):
        self.cloudwatch = ground.client("cloudwatch")
        self.alarms = ground.deployed.all("AWS::CloudWatch::Alarm")
        for alarm in self.alarms:
            self.cloudwatch.put_metric_alarm(**alarm)

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

    def take_queue(self, ground, queue):
        """As SQS tells of its queues."""
        data = {"MetricName": "ApproximateNumberOfMessagesVisible", "Value": ground.waiting(queue),
                "Dimensions": [{"Name": "QueueName", "Value": queue.rsplit("/", 1)[1]}]}
        self.cloudwatch.put_metric_data(Namespace="AWS/SQS", MetricData=[data])

    def ringing(self):
        """Names of alarms whose newest value is past their threshold; each is set so."""
        names = set()
        ours = [alarm["AlarmName"] for alarm in self.alarms]
        for alarm in self.cloudwatch.describe_alarms(AlarmNames=ours)["MetricAlarms"]:
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
