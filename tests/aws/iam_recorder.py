"""A reverse proxy before S3 and before other services of AWS that writes down what each request asks
of IAM: actions and resources as the Service Authorization Reference has them.

Requests go on as they came, Host and all, so that signatures hold."""

import http.client
import json
import re
import threading
import xml.etree.ElementTree as ElementTree
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

ACCOUNT, REGION = "123456789012", "us-east-1"
HOPS = {"connection", "keep-alive", "transfer-encoding", "content-length"}


class Call(NamedTuple):
    """One right that a request takes."""

    part: str
    action: str
    resource: str
    context: tuple = ()  # pairs of condition key and value


def arn(service, resource, region=REGION, account=ACCOUNT):
    return f"arn:aws:{service}:{region}:{account}:{resource}"


# ---- S3

def actions_of_object(method, query, headers):
    if method in ("GET", "HEAD"):
        return ["s3:GetObject"]
    if method == "DELETE":
        action = "s3:AbortMultipartUpload" if "uploadId" in query else "s3:DeleteObject"
    else:
        action = "s3:PutObject"  # parts of uploads, their begin and their end too
    # "if it is still so" reads the object
    return [action, "s3:GetObject"] if "if-match" in headers else [action]


def calls_of_s3(method, target, headers, body, status):
    """Of a request in path style, and of what S3 asks besides where a key is missing."""
    parts = urlsplit(target)
    bucket, _, key = unquote(parts.path).lstrip("/").partition("/")
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    place = f"arn:aws:s3:::{bucket}"
    if key:
        found = [(action, f"{place}/{key}", ()) for action in actions_of_object(method, query, headers)]
        if status == 404 and method != "DELETE":  # 403 to who may not list the key's name
            found.append(("s3:ListBucket", place, (("s3:prefix", key),)))
        return found
    if method == "POST" and "delete" in query:
        space = "{http://s3.amazonaws.com/doc/2006-03-01/}"
        keys = [one.text for one in ElementTree.fromstring(body).iter()
                if one.tag in ("Key", space + "Key")]
        return [(action, f"{place}/{one}", ()) for one in keys
                for action in ("s3:DeleteObject", "s3:GetObject")]
    if method == "GET" and "uploads" in query:
        return [("s3:ListBucketMultipartUploads", place, ())]
    assert method == "GET" and query.get("list-type") == "2", (method, target)
    return [("s3:ListBucket", place, (("s3:prefix", query.get("prefix", "")),))]


# ---- services of AWS

def passed(role):
    return ("iam:PassRole", role, (("iam:PassedToService", "sagemaker.amazonaws.com"),))


def of_sagemaker(operation, given):
    kinds = {"ProcessingJob": "processing-job", "TrainingJob": "training-job", "Model": "model",
             "EndpointConfig": "endpoint-config", "Endpoint": "endpoint"}
    kind = next(kind for kind in kinds if operation.endswith(kind))
    place = arn("sagemaker", f"{kinds[kind]}/{given[kind + 'Name']}")
    found = [(f"sagemaker:{operation}", place, ())]
    if operation == "CreateEndpoint":
        found.append((found[0][0], arn("sagemaker", f"endpoint-config/{given['EndpointConfigName']}"), ()))
    if given.get("Tags"):
        found.append(("sagemaker:AddTags", place, ()))
    role = given.get("RoleArn") or given.get("ExecutionRoleArn")
    return found + ([passed(role)] if role else [])


def of_logs(operation, given):
    return [(f"logs:{operation}", arn("logs", f"log-group:{given['logGroupName']}:log-stream:"), ())]


def of_cloudwatch(operation, given):
    if operation == "PutDashboard":
        place = arn("cloudwatch", f"dashboard/{given['DashboardName']}", region="")
    else:
        place = arn("cloudwatch", f"alarm:{given['AlarmName']}")
    return [(f"cloudwatch:{operation}", place, ())]


def of_athena(operation, given):
    group = given.get("WorkGroup", "primary")
    return [(f"athena:{operation}", arn("athena", f"workgroup/{group}"), ())]


def of_secrets(operation, given):
    name = given["SecretId"]
    place = name if name.startswith("arn:") else arn("secretsmanager", f"secret:{name}-AbCdEf")
    return [(f"secretsmanager:{operation}", place, ())]


def of_queue(operation, given):
    return [(f"sqs:{operation}", arn("sqs", given["QueueUrl"].rsplit("/", 1)[1]), ())]


def of_states(operation, given):
    return [(f"states:{operation}", given.get("stateMachineArn") or given["executionArn"], ())]


def used_by(given):
    """ARNs of data that a request of QuickSight hands on."""
    return {arn for arn in re.findall(r'"(arn:aws:quicksight:[^"]+:(?:datasource|dataset)/[^"]+)"',
                                      json.dumps(given))}


def of_quicksight(operation, path, given):
    if "embed-url" in path:
        return [(f"quicksight:{operation}", given["UserArn"], ())]
    kinds = {"data-sources": "datasource", "data-sets": "dataset", "analyses": "analysis",
             "dashboards": "dashboard"}
    words = path.strip("/").split("/")[2:]
    ids = {"data-sources": "DataSourceId", "data-sets": "DataSetId"}
    name = words[1] if len(words) > 1 else given[ids[words[0]]]
    place = f"{kinds[words[0]]}/{name}"
    if "ingestions" in words:
        place += f"/ingestion/{words[3]}"
    handed = [("quicksight:PassDataSource" if ":datasource/" in one else "quicksight:PassDataSet", one, ())
              for one in sorted(used_by(given))]
    return [(f"quicksight:{operation}", arn("quicksight", place), ())] + handed


# operations of QuickSight are methods and paths
QUICKSIGHT = {
    ("POST", "data-sources"): "CreateDataSource", ("PUT", "data-sources/*"): "UpdateDataSource",
    ("POST", "data-sets"): "CreateDataSet", ("PUT", "data-sets/*"): "UpdateDataSet",
    ("POST", "analyses/*"): "CreateAnalysis", ("PUT", "analyses/*"): "UpdateAnalysis",
    ("POST", "dashboards/*"): "CreateDashboard", ("PUT", "dashboards/*"): "UpdateDashboard",
    ("GET", "dashboards/*"): "DescribeDashboard",
    ("PUT", "dashboards/*/versions/*"): "UpdateDashboardPublishedVersion",
    ("POST", "data-sources/*/permissions"): "UpdateDataSourcePermissions",
    ("POST", "data-sets/*/permissions"): "UpdateDataSetPermissions",
    ("PUT", "analyses/*/permissions"): "UpdateAnalysisPermissions",
    ("PUT", "dashboards/*/permissions"): "UpdateDashboardPermissions",
    ("PUT", "data-sets/*/ingestions/*"): "CreateIngestion",
    ("GET", "data-sets/*/ingestions/*"): "DescribeIngestion",
    ("POST", "embed-url/registered-user"): "GenerateEmbedUrlForRegisteredUser"}


def quicksight_operation(method, path):
    words = path.strip("/").split("/")[2:]
    if words[0] != "embed-url":
        words = [word if i % 2 == 0 else "*" for i, word in enumerate(words)]
    return QUICKSIGHT[method, "/".join(words)]


JSON_SERVICES = {"SageMaker": of_sagemaker, "Logs_20140328": of_logs, "AmazonAthena": of_athena,
                 "GraniteServiceVersion20100801": of_cloudwatch, "secretsmanager": of_secrets,
                 "AmazonSQS": of_queue, "AWSStepFunctions": of_states}
FREE = ["sts:GetCallerIdentity"]  # AWS asks for no right


def calls_of_service(method, target, headers, body):
    aim = headers.get("x-amz-target", "")
    if aim:
        service, _, operation = aim.partition(".")
        return JSON_SERVICES[service](operation, json.loads(body))
    path = urlsplit(target).path
    if "x-www-form-urlencoded" in headers.get("content-type", ""):
        form = dict(parse_qsl(body.decode()))
        if form["Action"] == "Publish":
            return [("sns:Publish", form["TopicArn"], ())]
        assert f"sts:{form['Action']}" in FREE, form["Action"]
        return []
    operation = quicksight_operation(method, path)
    return of_quicksight(operation, path, json.loads(body) if body else {})


class Handler(BaseHTTPRequestHandler):
    """Passes a request on and has it recorded; `recorder` is that of its server."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    recorder = None

    def setup(self):
        super().setup()
        self.upstream = http.client.HTTPConnection(self.recorder.host, self.recorder.port, timeout=60)

    def finish(self):
        self.upstream.close()
        super().finish()

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not self.recorder.is_s3:  # queues answer late
            self.recorder.record(self, body, None)
        answer, content = self._ask(body)
        if self.recorder.is_s3:
            self.recorder.record(self, body, answer.status)
        self._answer(answer, content)

    do_PUT = do_POST = do_DELETE = do_HEAD = do_GET

    def _ask(self, body):
        """By the connection that goes with that of who asks, as servers close both alike."""
        self.upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            if name.lower() not in HOPS | {"expect"}:
                self.upstream.putheader(name, value)
        self.upstream.putheader("Content-Length", str(len(body)))
        self.upstream.endheaders(body)
        answer = self.upstream.getresponse()
        return answer, answer.read()

    def _answer(self, answer, content):
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in HOPS:
                self.send_header(name, value)
        length = answer.getheader("Content-Length", "0") if self.command == "HEAD" else len(content)
        if answer.status not in (204, 304):
            self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

    def log_message(self, *_):
        pass


class Recorder:
    """`part` is whose requests come now, `calls` what they asked for."""

    def __init__(self, upstream, is_s3):
        self.part, self.is_s3 = "", is_s3
        self.calls = []
        address = urlsplit(upstream)
        self.host, self.port = address.hostname, address.port
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (Handler,), {"recorder": self}))
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def record(self, handler, body, status):
        headers = {name.lower(): value for name, value in handler.headers.items()}
        if self.is_s3:
            found = calls_of_s3(handler.command, handler.path, headers, body, status)
        else:
            found = calls_of_service(handler.command, handler.path, headers, body)
        self.calls += [Call(self.part, *one) for one in found]
