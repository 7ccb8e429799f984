#!/usr/bin/env python3
"""Every request that the clients of AWS make, held against the models of botocore, which know what
moto does not: names, types, limits, allowed words and required members of each operation, and the
signature as botocore computes it.

    check_requests.py WRITE_REQUESTS

Exit 77 where botocore of moto is not installed (scripts/setup --test)."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qsl, unquote

try:
    import botocore.session
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials
    from botocore.validate import ParamValidator
except ImportError:
    python = Path(__file__).resolve().parents[2] / "third_party/moto/venv/bin/python"
    if not python.exists() or Path(sys.prefix) == python.parents[1]:
        print("skipped: botocore of moto is missing (scripts/setup --test)")
        sys.exit(77)
    os.execv(python, [str(python), "-B", *sys.argv])

SERVICES = ["sagemaker", "sagemaker-runtime", "logs", "cloudwatch", "quicksight", "sns", "sqs",
            "events", "kinesis", "sts", "secretsmanager", "stepfunctions"]
KEYS = Credentials("AKIDEXAMPLE", "secret/+=", "token/+=")
OPERATIONS = 64  # that the clients have, of all services together

session = botocore.session.get_session()
models = {name: session.get_service_model(name) for name in SERVICES}


def json_operation(request):
    """Of the protocols JSON 1.0 and 1.1."""
    prefix, name = request["headers"]["x-amz-target"].rsplit(".", 1)
    model = next(m for m in models.values() if m.metadata.get("targetPrefix") == prefix)
    assert request["headers"]["content-type"] == \
        f"application/x-amz-json-{model.metadata['jsonVersion']}", request
    return model, model.operation_model(name), json.loads(request["body"])


def form_operation(request):
    form = dict(parse_qsl(request["body"], strict_parsing=True))
    name, version = form.pop("Action"), form.pop("Version")
    model = next(m for m in models.values()
                 if name in m.operation_names and m.api_version == version and m.protocol == "query")
    operation = model.operation_model(name)
    numbers = {key: int(value) for key, value in form.items()
               if operation.input_shape.members[key].type_name == "integer"}
    return model, operation, {**form, **numbers}


def rest_operation(request):
    path, _, query = request["target"].partition("?")
    for model in (models["quicksight"], models["sagemaker-runtime"]):
        for name in model.operation_names:
            operation = model.operation_model(name)
            pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", operation.http["requestUri"])
            found = re.fullmatch(pattern, path)
            if found and operation.http["method"] == request["method"]:
                return model, operation, rest_members(operation, request, found, query)
    raise AssertionError(f"no operation is {request['method']} {path}")


def rest_members(operation, request, found, query):
    shape = operation.input_shape
    members = {key: unquote(value) for key, value in found.groupdict().items()}
    names = {member.serialization.get("name"): key for key, member in shape.members.items()
             if member.serialization.get("location") in ("querystring", "header")}
    members |= {names[key]: value for key, value in parse_qsl(query, strict_parsing=bool(query))}
    payload = shape.serialization.get("payload")
    if payload:
        members[payload] = request["body"]
    elif request["body"]:
        members |= json.loads(request["body"])
    for key, member in shape.members.items():
        if key in members and member.type_name in ("integer", "long"):
            members[key] = int(members[key])
        located = member.serialization.get("location")
        in_place = key in found.groupdict() or located in (None, "header", "querystring")
        assert key not in members or in_place, f"{key} is in the wrong place"
    return members


def limits(shape, value, place, faults):
    """Words, lengths, ranges and patterns, which botocore's own validation leaves to the service."""
    kind = shape.type_name
    if kind == "structure":
        for name, inner in value.items():
            limits(shape.members[name], inner, f"{place}.{name}", faults)
    elif kind == "list":
        for number, inner in enumerate(value):
            limits(shape.member, inner, f"{place}[{number}]", faults)
    elif kind == "map":
        for name, inner in value.items():
            limits(shape.value, inner, f"{place}.{name}", faults)
    size = value if kind in ("integer", "long", "double", "float") else \
        len(value) if kind in ("string", "list", "map") else None
    if size is not None and not shape.metadata.get("min", 0) <= size <= \
            shape.metadata.get("max", float("inf")):
        faults.append(f"{place}: {size} is not within {shape.metadata}")
    if kind == "string" and getattr(shape, "enum", None) and value not in shape.enum:
        faults.append(f"{place}: '{value}' is none of {shape.enum[:10]}")
    pattern = shape.metadata.get("pattern") if kind == "string" else None
    if pattern and not re.match(python_pattern(pattern), value):
        faults.append(f"{place}: '{value}' does not match {pattern}")


def python_pattern(pattern):
    """Java has classes that Python has not."""
    for java, ours in ((r"\p{L}", r"^\W\d_"), (r"\p{Z}", r"\s"), (r"\p{N}", r"\d"),
                       (r"\p{Alnum}", r"a-zA-Z0-9"), (r"\p{Graph}", r"\x21-\x7e")):
        pattern = pattern.replace(java, ours)
    try:
        re.compile(pattern)
    except re.error:
        return ""
    return pattern


def signature(request, service):
    headers = request["headers"]
    scope, names, ours = re.fullmatch(
        r"AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/(\S+), SignedHeaders=(\S+), Signature=(\w+)",
        headers["authorization"]).groups()
    assert scope.split("/")[1:] == ["eu-central-1", service, "aws4_request"], scope
    assert headers["x-amz-security-token"] == KEYS.token
    signed = {name: headers[name] for name in names.split(";")}
    url = f"http://{headers['host']}{request['target']}"
    theirs = AWSRequest(request["method"], url, signed, request["body"].encode())
    theirs.context["timestamp"] = headers["x-amz-date"]
    auth = SigV4Auth(KEYS, service, "eu-central-1")
    text = auth.string_to_sign(theirs, auth.canonical_request(theirs))
    assert auth.signature(text, theirs) == ours, f"{request['target']}: signature"


def main(program):
    lines = subprocess.run([program], check=True, capture_output=True, text=True).stdout
    seen = set()
    for request in map(json.loads, lines.splitlines()):
        headers = request["headers"]
        read = json_operation if "x-amz-target" in headers else \
            form_operation if "form" in headers.get("content-type", "") else rest_operation
        model, operation, members = read(request)
        faults = []
        report = ParamValidator().validate(members, operation.input_shape)
        if report.has_errors():
            faults.append(report.generate_report())
        else:
            limits(operation.input_shape, members, operation.name, faults)
        assert not faults, f"{operation.name}: " + "; ".join(faults)
        signature(request, model.signing_name)
        seen.add((model.service_name, operation.name))
    print(f"{len(lines.splitlines())} requests of {len(seen)} operations are as botocore has them")
    assert len(seen) == OPERATIONS, f"{len(seen)} operations, not {OPERATIONS}: {sorted(seen)}"


if __name__ == "__main__":
    main(*sys.argv[1:])
