#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string_view>

namespace forecart {

/// What an account of AWS is given, as data: deploy/aws/templates/<name>.json, which is part of the
/// program. "parameters", "cloudwatch-dashboard", "alarms", "athena-tables", "quicksight-analysis",
/// "quicksight-grants",
/// "iam-policies".
const nlohmann::json& cloud_template(std::string_view name);

/// A template with its places filled: a text that is wholly "${Name}" becomes the value of that
/// name, whatever that is; inside a longer text it becomes text. An object with "needs": "Name" is
/// left out of its array where that value is missing, "" or []. Throws Error unknown_name for a
/// place without a value.
nlohmann::json filled(const nlohmann::json& given, const nlohmann::json& values);

}  // namespace forecart
