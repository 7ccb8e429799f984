"""What the CDK app deploys, out of its templates (cdk synth, or tests/deploy/check unit): resources with their references
resolved, as CloudFormation resolves them once it has made everything."""

import json
from pathlib import Path

ACCOUNT, REGION = "123456789012", "us-east-1"
PSEUDO = {"AWS::Partition": "aws", "AWS::Region": REGION, "AWS::AccountId": ACCOUNT,
          "AWS::URLSuffix": "amazonaws.com"}
KEY_ID = "1234abcd-12ab-34cd-56ef-1234567890ab"
# What AWS would call things that nobody here makes: {type: (what Ref is, {attribute: what GetAtt is})}
NAMES = {
    "AWS::EC2::Subnet": ("subnet-0123456789abcdef0", {}),
    "AWS::EC2::SecurityGroup": ("sg-0123456789abcdef0", {"GroupId": "sg-0123456789abcdef0"}),
    "AWS::ECR::Repository": ("forecart", {"Arn": f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/forecart"}),
    "AWS::IAM::Role": ("role", {"Arn": f"arn:aws:iam::{ACCOUNT}:role/role"}),
    "AWS::Logs::LogGroup": ("group", {"Arn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:group:*"}),
    "AWS::Kinesis::Stream": ("stream", {"Arn": f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/stream"}),
    "AWS::Lambda::Function": ("function", {"Arn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:function"}),
    "AWS::KMS::Key": (KEY_ID, {"Arn": f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{KEY_ID}"}),
}


class Deployed:
    """The templates of a folder. `made` tells of what the test makes itself: {logical id without the digits that
    CDK adds: {"Ref": ..., attribute: ...}}; parameters of stacks become their own names."""

    def __init__(self, folder, made=None):
        self.made = made if made is not None else {}
        self.stacks = {path.name.removesuffix(".template.json"): json.loads(path.read_text())
                       for path in Path(folder).glob("*.template.json")}
        assert self.stacks, f"no templates in {folder}; cdk synth makes them"
        self.exports = {output["Export"]["Name"]: (stack, output["Value"])
                        for stack, template in self.stacks.items()
                        for output in template.get("Outputs", {}).values() if "Export" in output}

    def all(self, kind, begins=""):
        """The properties of resources of a type whose ids begin so."""
        return [self.resolve(stack, resource.get("Properties", {}))
                for stack, template in self.stacks.items()
                for name, resource in template["Resources"].items()
                if resource["Type"] == kind and name.startswith(begins)]

    def one(self, kind, begins=""):
        found = self.all(kind, begins)
        assert len(found) == 1, (kind, begins, found)
        return found[0]

    def resolve(self, stack, value):
        if isinstance(value, list):
            return [self.resolve(stack, one) for one in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            (how, what), = value.items()
            if how == "Ref" or how.startswith("Fn::"):
                return self.function(stack, how, what)
        return {name: self.resolve(stack, one) for name, one in value.items()}

    def function(self, stack, how, what):
        if how == "Ref":
            return PSEUDO[what] if what in PSEUDO else self.of_resource(stack, what, "Ref")
        if how == "Fn::GetAtt":
            return self.of_resource(stack, *what)
        if how == "Fn::ImportValue":
            return self.resolve(*self.exports[self.resolve(stack, what)])
        resolved = self.resolve(stack, what)
        if how == "Fn::Join":
            return resolved[0].join(resolved[1])
        if how == "Fn::Split":
            return resolved[1].split(resolved[0])
        assert how == "Fn::Select", how
        return resolved[1][int(resolved[0])]

    def of_resource(self, stack, name, attribute):
        for known, values in self.made.items():
            if name[:-8] == known or name == known:
                return values[attribute]
        if name in self.stacks[stack].get("Parameters", {}):
            return name
        kind = self.stacks[stack]["Resources"][name]["Type"]
        reference, attributes = NAMES[kind]
        return reference if attribute == "Ref" else attributes[attribute]

