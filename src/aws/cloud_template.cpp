#include "aws/cloud_template.h"

#include "base/embedded_file.h"
#include "base/error.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>
#include <string>

FORECART_EMBED(parameters, FORECART_TEMPLATES "/parameters.json")
FORECART_EMBED(dashboard, FORECART_TEMPLATES "/cloudwatch-dashboard.json")
FORECART_EMBED(alarms, FORECART_TEMPLATES "/alarms.json")
FORECART_EMBED(tables, FORECART_TEMPLATES "/athena-tables.json")
FORECART_EMBED(analysis, FORECART_TEMPLATES "/quicksight-analysis.json")
FORECART_EMBED(grants, FORECART_TEMPLATES "/quicksight-grants.json")
FORECART_EMBED(policies, FORECART_TEMPLATES "/iam-policies.json")

namespace forecart {

namespace {

using nlohmann::json;

constexpr std::string_view kBegin = "${";

const json& value_of(const json& values, const std::string& name) {
  const auto found = values.find(name);
  if (found != values.end()) return *found;
  throw Error(ErrorCode::unknown_name,
              fmt::format("a template asks for '{}', which has no value", name));
}

json filled_text(const std::string& text, const json& values) {
  std::string result;
  std::size_t at = 0;
  for (std::size_t begin; (begin = text.find(kBegin, at)) != std::string::npos;) {
    const std::size_t end = text.find('}', begin);
    if (end == std::string::npos) break;
    const json& value = value_of(values, text.substr(begin + 2, end - begin - 2));
    if (begin == 0 && end + 1 == text.size()) return value;
    result += text.substr(at, begin - at);
    result += value.is_string() ? value.get<std::string>() : value.dump();
    at = end + 1;
  }
  return result + text.substr(at);
}

bool is_wanted(const json& one, const json& values) {
  if (!one.is_object() || !one.contains("needs")) return true;
  const auto found = values.find(one.at("needs").get<std::string>());
  return found != values.end() && !found->empty() && *found != "";
}

json filled_object(const json& given, const json& values) {
  json result = json::object();
  for (const auto& [name, value] : given.items()) {
    if (name != "needs") result[name] = filled(value, values);
  }
  return result;
}

}  // namespace

const json& cloud_template(std::string_view name) {
  static const std::map<std::string_view, json> kAll{
      {"parameters", json::parse(FORECART_EMBEDDED(parameters))},
      {"cloudwatch-dashboard", json::parse(FORECART_EMBEDDED(dashboard))},
      {"alarms", json::parse(FORECART_EMBEDDED(alarms))},
      {"athena-tables", json::parse(FORECART_EMBEDDED(tables))},
      {"quicksight-analysis", json::parse(FORECART_EMBEDDED(analysis))},
      {"quicksight-grants", json::parse(FORECART_EMBEDDED(grants))},
      {"iam-policies", json::parse(FORECART_EMBEDDED(policies))}};
  return kAll.at(name);
}

json filled(const json& given, const json& values) {
  if (given.is_string()) return filled_text(given.get<std::string>(), values);
  if (given.is_object()) return filled_object(given, values);
  if (!given.is_array()) return given;
  json result = json::array();
  for (const json& one : given) {
    if (is_wanted(one, values)) result.push_back(filled(one, values));
  }
  return result;
}

}  // namespace forecart
