"""Policies of IAM as AWS evaluates them for one account: a refusal wins, else one statement has to
allow; what a policy has beyond the operators here is an error, never a guess."""

import re

OPERATORS = {"StringEquals": lambda wanted, value: wanted == value,
             "StringLike": lambda wanted, value: pattern_of(wanted).fullmatch(value) is not None,
             "ArnEquals": lambda wanted, value: pattern_of(wanted).fullmatch(value) is not None,
             "Bool": lambda wanted, value: wanted.lower() == value.lower()}


def as_list(value):
    return value if isinstance(value, list) else [value]


def pattern_of(text, flags=re.DOTALL):
    """* and ? stand for others, ${*}, ${?} and ${$} for themselves."""
    parts = re.split(r"(\$\{[*?$]\}|[*?])", text)
    ways = {"*": ".*", "?": "."}
    return re.compile("".join(ways.get(part) or re.escape(part[2] if part.startswith("${") else part)
                              for part in parts), flags)


def action_matches(wanted, action):
    return pattern_of(wanted, re.IGNORECASE).fullmatch(action) is not None


def resource_matches(wanted, resource):
    return pattern_of(wanted).fullmatch(resource) is not None


def condition_holds(condition, context):
    """A key that the request does not bring holds for nothing."""
    for operator, keys in condition.items():
        for key, wanted in keys.items():
            if key not in context:
                return False
            if not any(OPERATORS[operator](one, context[key]) for one in as_list(wanted)):
                return False
    return True


def applies(statement, call):
    return (any(action_matches(one, call.action) for one in as_list(statement["Action"]))
            and any(resource_matches(one, call.resource) for one in as_list(statement["Resource"]))
            and condition_holds(statement.get("Condition", {}), dict(call.context)))


def is_allowed(policy, call):
    """Whether a policy document allows a call: `action`, `resource`, `context` as pairs."""
    effects = {one["Effect"] for one in policy["Statement"] if applies(one, call)}
    return effects == {"Allow"}


def unused(statement, calls):
    """What of a statement no call needs: actions, resources and values of its conditions."""
    mine = [call for call in calls if applies(statement, call)]
    left = [action for action in as_list(statement["Action"])
            if not any(action_matches(action, call.action) for call in mine)]
    left += [resource for resource in as_list(statement["Resource"])
             if not any(resource_matches(resource, call.resource) for call in mine)]
    for operator, keys in statement.get("Condition", {}).items():
        left += [f"{key} {wanted}" for key, values in keys.items() for wanted in as_list(values)
                 if not any(OPERATORS[operator](wanted, dict(call.context)[key]) for call in mine)]
    return left
