#include "server/openapi.h"

#include "base/ascii.h"
#include "base/hash.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cctype>
#include <memory>

namespace forecart {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kErrorSchema = R"({
  "type": "object", "required": ["error"], "additionalProperties": false,
  "properties": {"error": {
    "type": "object", "required": ["code", "message", "remedy"], "additionalProperties": false,
    "properties": {"code": {"type": "string"}, "message": {"type": "string"},
                   "remedy": {"type": "string"}}}}})";

Json reference(const std::string& schema) {
  return {{"$ref", "#/components/schemas/" + schema}};
}

Json json_content(const std::string& schema) {
  return {{"application/json", {{"schema", reference(schema)}}}};
}

/// "get_api_v1_datasets_dataset": unique, as pattern and method are.
std::string operation_id(const Route& route) {
  std::string id = route.method + route.pattern;
  for (char& c : id) {
    c = std::isalnum(static_cast<unsigned char>(c)) != 0 ? ascii_lower(c) : '_';
  }
  return id;
}

Json path_parameter(const std::string& name) {
  Json schema{{"type", "string"}, {"minLength", 1}, {"maxLength", 1000}};
  if (name == "dataset") schema["pattern"] = "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$";
  return {{"name", name}, {"in", "path"}, {"required", true}, {"schema", schema}};
}

Json parameter_in(const char* place, const Parameter& parameter) {
  return {{"name", parameter.name},
          {"in", place},
          {"description", parameter.description},
          {"required", parameter.required},
          {"schema", Json::parse(parameter.schema)}};
}

/// Names that only the data set knows.
Json other_parameters(const std::string& description) {
  const Json value{{"type", "string"}, {"maxLength", 1000}};
  return {{"name", "other"},
          {"in", "query"},
          {"description", description},
          {"required", false},
          {"style", "form"},
          {"explode", true},
          {"schema", {{"type", "object"}, {"additionalProperties", value}}}};
}

bool is_changing(const Route& route) {
  return route.method != "GET" && route.method != "OPTIONS";
}

Json parameters(const Route& route) {
  Json list = Json::array();
  for (const std::string& name : path_parameters(route.pattern))
    list.push_back(path_parameter(name));
  for (const Parameter& parameter : route.query) list.push_back(parameter_in("query", parameter));
  if (!route.other_query.empty()) list.push_back(other_parameters(route.other_query));
  for (const Parameter& parameter : route.request_headers) {
    list.push_back(parameter_in("header", parameter));
  }
  if (is_changing(route) && route.clearance != Clearance::open) {
    list.push_back(parameter_in(
        "header", {"X-CSRF-Token", "`csrf_token` of the session; programs with a token need none",
                   R"({"type":"string"})"}));
  }
  return list;
}

Json request_body(const Route& route) {
  if (!route.body_schema.empty()) {
    return {{"required", true}, {"content", json_content(route.body_schema)}};
  }
  return {{"required", true}, {"content", {{route.body_type, {{"schema", Json::object()}}}}}};
}

Json answer_headers(const Route& route) {
  Json headers = Json::object();
  const auto add = [&headers](const Parameter& one) {
    headers[one.name] = {{"description", one.description}, {"schema", Json::parse(one.schema)}};
  };
  for (const Parameter& header : route.answer_headers) add(header);
  for (const Parameter& parameter : route.query) {
    if (parameter.name == "format") {
      add({"X-More", "of csv and parquet: whether there are more rows",
           R"({"enum":["true","false"]})"});
    }
  }
  if (route.tagged) add({"ETag", "tells this content apart; for If-None-Match"});
  return headers;
}

Json success(const Route& route) {
  Json answer{{"description", route.summary}};
  if (Json headers = answer_headers(route); !headers.empty()) {
    answer["headers"] = std::move(headers);
  }
  Json content = Json::object();
  if (!route.answer_schema.empty()) content = json_content(route.answer_schema);
  for (const std::string& type : route.types) content[type] = Json{{"schema", Json::object()}};
  if (!content.empty()) answer["content"] = content;
  return answer;
}

Json responses(const Route& route) {
  Json all;
  all[std::to_string(route.status)] = success(route);
  if (route.other_status != 0) all[std::to_string(route.other_status)] = success(route);
  if (route.tagged) all["304"] = {{"description", "It is known: If-None-Match has its ETag."}};
  if (route.ranged) {
    all["206"] = success(route);
    all["206"]["description"] = "The bytes that Range asks for.";
  }
  all["default"] = {{"description", "The request cannot be met: why, and what to do."},
                    {"content", json_content("Error")}};
  return all;
}

Json security(Clearance clearance) {
  if (clearance == Clearance::open) return Json::array();
  return Json::array({Json{{"token", Json::array()}}, Json{{"session", Json::array()}}});
}

const char* clearance_text(Clearance clearance) {
  switch (clearance) {
    case Clearance::open:
      return "anybody";
    case Clearance::intake:
      return "the server's token; analyst";
    case Clearance::service:
      return "the server's token; admin";
    case Clearance::signed_in:
      return "any user";
    case Clearance::viewer:
      return "viewer";
    case Clearance::analyst:
      return "analyst";
    case Clearance::admin:
      break;
  }
  return "admin";
}

Json operation(const Route& route) {
  Json operation{{"operationId", operation_id(route)},
                 {"summary", route.summary},
                 {"description", fmt::format("For: {}.", clearance_text(route.clearance))},
                 {"security", security(route.clearance)},
                 {"parameters", parameters(route)}};
  if (route.body != BodyPlace::none) operation["requestBody"] = request_body(route);
  operation["responses"] = responses(route);
  return operation;
}

Json security_schemes() {
  return {{"token", {{"type", "http"}, {"scheme", "bearer"}}},
          {"session", {{"type", "apiKey"}, {"in", "cookie"}, {"name", "__Host-forecart"}}}};
}

}  // namespace

std::string openapi_document(const RouteTable& table, std::string_view version) {
  Json paths = Json::object();
  for (const Route& route : table.routes()) {
    paths[route.pattern][ascii_lower(route.method)] = operation(route);
  }
  Json schemas{{"Error", Json::parse(kErrorSchema)}};
  for (const auto& [name, schema] : table.schemas()) schemas[name] = Json::parse(schema);
  const Json document{
      {"openapi", "3.1.0"},
      {"info",
       {{"title", "forecart"},
        {"version", version},
        {"description", "Sales forecasts of a shop: data sets, uploads, runs and what they say."}}},
      {"paths", paths},
      {"components", {{"schemas", schemas}, {"securitySchemes", security_schemes()}}}};
  return document.dump(1) + "\n";
}

void add_openapi_route(RouteTable& table, std::string_view version) {
  table.add_schema("OpenApi", R"({"type": "object", "required": ["openapi", "paths"]})");
  const auto document = std::make_shared<std::string>();
  table.add({.method = "GET",
             .pattern = "/api/v1/openapi.json",
             .summary = "This API, as an OpenAPI 3.1 document.",
             .clearance = Clearance::signed_in,
             .answer_schema = "OpenApi",
             .tagged = true,
             .instant = true,
             .handle = [document](const Call&) {
               return Answer{.body = *document, .etag = sha256(*document).substr(0, 16)};
             }});
  *document = openapi_document(table, version);
}

}  // namespace forecart
