#include "base/error.h"
#include "base/hash.h"
#include "pipeline/personal.h"
#include "pipeline/sales_cache.h"
#include "pipeline/version.h"
#include "server/api_file.h"
#include "server/json_body.h"
#include "server/persons.h"
#include "server/routes.h"

#include "http/refine.h"
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace forecart {

namespace {

using nlohmann::json;

constexpr std::int64_t kMostQuestionBytes = std::int64_t{16} << 20;

/// What is asked for in the query is no path: wrong names there are bad requests.
template <class Make>
auto asked_for(Make make) -> decltype(make()) {
  try {
    return make();
  } catch (const Error& error) {
    if (error.code() != ErrorCode::unknown_name) throw;
    throw Error(ErrorCode::invalid_value, error.what());
  }
}

/// `format` belongs to the answer, the rest to the question.
NamedValues question_of(const Call& call) {
  NamedValues question = call.query;
  std::erase_if(question, [](const auto& pair) { return pair.first == "format"; });
  return question;
}

/// The same of a body, where long lists of values have room.
NamedValues question_in_body(const Call& call) {
  const JsonBody body(
      call, {"by", "measure", "grain", "from", "to", "order", "limit", "offset", "filters"});
  NamedValues question;
  for (const char* const list : {"by", "measure"}) {
    for (const std::string& name : body.texts(list)) question.emplace_back(list, name);
  }
  for (const char* const field : {"grain", "from", "to", "order"}) {
    if (body.has(field)) question.emplace_back(field, body.text(field));
  }
  for (const char* const field : {"limit", "offset"}) {
    if (const auto number = body.number(field, 0, INT64_MAX)) {
      question.emplace_back(field, std::to_string(*number));
    }
  }
  for (const auto& [dimension, values] : body.named_texts("filters")) {
    for (const std::string& value : values) question.emplace_back("in." + dimension, value);
  }
  return question;
}

SalesQuery query_of(const Call& call, const NamedValues& question, const SalesSchema& schema) {
  return asked_for([&] {
    SalesQuery query = parse_sales_query(question, schema);
    query.validate(schema);
    for (const std::string& dimension : query.by) require_seeing(call, dimension);
    for (const SalesFilter& filter : query.filters) require_seeing(call, filter.dimension);
    return query;
  });
}

std::string etag_of(const std::string& version, const SalesQuery& query, TableFormat format) {
  const std::string question = encode_query(named_values(query));
  return sha256(fmt::format("{} {} {} {}", kVersion, version, question, to_string(format)))
      .substr(0, 32);
}

Answer sum_up(const RouteServices& services, const Call& call, const NamedValues& question) {
  const std::string& dataset = call.values[0];
  require_dataset(services, dataset);
  const TableFormat format = format_of(call);
  const auto state = services.sales->state(dataset);
  const SalesQuery query = query_of(call, question, state->schema);
  const std::string etag = etag_of(state->version, query, format);
  if (has_it(call.request, etag)) return not_modified(etag);
  const SalesReply reply = services.sales->query(dataset, query);
  Answer answer = table_answer(reply.answer.rows, reply.answer.is_cut(query), format,
                               services.repository.store().work_folder(), "sales");
  answer.etag = etag_of(reply.version, query, format);
  answer.headers.emplace_back("x-total", std::to_string(reply.answer.total));
  answer.headers.emplace_back("x-source", to_string(reply.source));
  return answer;
}

json time_text(const std::optional<Instant>& at, const TimeZone& zone) {
  return at ? json(format_instant(*at, zone)) : json(nullptr);
}

Answer show_dimensions(const RouteServices& services, const Call& call) {
  const std::string& dataset = call.values[0];
  require_dataset(services, dataset);
  const SalesOverview overview = services.sales->overview(dataset);
  const TimeZone zone = services.sales->state(dataset)->schema.zone;
  json dimensions = json::array();
  for (const SalesOverview::Size& size : overview.dimensions) {
    if (is_personal(size.dimension) && !may_see_persons(call)) continue;
    dimensions.push_back({{"dimension", size.dimension}, {"values", size.values}});
  }
  return json_answer({{"dimensions", dimensions},
                      {"first", time_text(overview.first, zone)},
                      {"last", time_text(overview.last, zone)}});
}

Answer find_dimension_values(const RouteServices& services, const Call& call) {
  require_dataset(services, call.values[0]);
  require_seeing(call, call.values[1]);
  constexpr std::size_t kMostValues = 1000;
  ValueSearch search{.dimension = call.values[1], .text = std::string(call.parameter("search"))};
  search.limit = static_cast<std::int64_t>(limit_parameter(call, 100, kMostValues));
  search.offset = static_cast<std::int64_t>(number_parameter(call, "offset", 0, INT64_MAX / 2));
  const ValuesFound found = services.sales->values(call.values[0], search);
  return json_answer({{"values", found.values}, {"total", found.total}});
}

std::vector<Parameter> question_parameters() {
  return {{"by", "up to 4 dimensions, with commas between or repeated"},
          {"grain", "hour, day, week, month, quarter, year or total",
           R"({"enum":["hour","day","week","month","quarter","year","total"]})"},
          {"measure", "of lines, orders, units and revenue, with commas between or repeated"},
          {"from", "first instant, the start of an hour or day"},
          {"to", "first instant after"},
          {"order", "time or a measure; with '-' the latest or largest first"},
          limit_of("rows at most", 100000),
          {"offset", "rows to leave out before them", R"({"type":"integer","minimum":0})"},
          format_parameter()};
}

std::vector<Parameter> sales_headers() {
  return {{"X-Total", "how many rows there are in all", R"({"type":"integer"})"},
          {"X-Source", "what answered"}};
}

}  // namespace

void add_sales_routes(RouteTable& table, const RouteServices& services) {
  table.add_schema("Dimensions", object_schema(R"({
    "dimensions": {"type": "array", "items": {"type": "object",
      "required": ["dimension", "values"], "properties": {
        "dimension": {"type": "string"}, "values": {"type": "integer"}}}},
    "first": {"type": ["string", "null"]}, "last": {"type": ["string", "null"]}})"));
  table.add_schema("SalesQuestion", object_schema(R"({
    "by": {"type": "array", "items": {"type": "string"}, "maxItems": 4},
    "measure": {"type": "array", "items": {"enum": ["lines", "orders", "units", "revenue"]}},
    "grain": {"enum": ["hour", "day", "week", "month", "quarter", "year", "total"]},
    "from": {"type": "string"}, "to": {"type": "string"}, "order": {"type": "string"},
    "limit": {"type": "integer", "minimum": 1, "maximum": 100000},
    "offset": {"type": "integer", "minimum": 0},
    "filters": {"type": "object", "additionalProperties": {
      "type": "array", "items": {"type": "string"}, "maxItems": 1000}}})",
                                                  {"by", "measure", "grain", "from", "to", "order",
                                                   "limit", "offset", "filters"}));
  table.add_schema("DimensionValues", object_schema(R"({
    "values": {"type": "array", "items": {"type": "string"}}, "total": {"type": "integer"}})"));
  table.add({.method = "GET",
             .pattern = "/api/v1/datasets/{dataset}/sales",
             .summary =
                 "Sums of sales by dimensions and time. A dimension as a parameter keeps the "
                 "lines with that value.",
             .clearance = Clearance::viewer,
             .query = question_parameters(),
             .any_query = true,
             .other_query = "a dimension, such as product: keeps the lines with that value, of "
                            "several given the lines with any of them",
             .answer_schema = "Rows",
             .types = {"text/csv", "application/vnd.apache.parquet"},
             .tagged = true,
             .answer_headers = sales_headers(),
             .lane = Lane::heavy,
             .handle = [services](const Call& call) {
               return sum_up(services, call, question_of(call));
             }});
  table.add({.method = "POST",
             .pattern = "/api/v1/datasets/{dataset}/sales/query",
             .summary = "The same for long questions: filters are lists of values by dimension.",
             .clearance = Clearance::viewer,
             .query = {format_parameter()},
             .body = BodyPlace::memory,
             .most_bytes = kMostQuestionBytes,
             .body_schema = "SalesQuestion",
             .answer_schema = "Rows",
             .types = {"text/csv", "application/vnd.apache.parquet"},
             .answer_headers = sales_headers(),
             .lane = Lane::heavy,
             .handle = [services](const Call& call) {
               return sum_up(services, call, question_in_body(call));
             }});
  table.add({.method = "GET",
             .pattern = "/api/v1/datasets/{dataset}/dimensions",
             .summary = "Dimensions that sales can be summed up and filtered by.",
             .clearance = Clearance::viewer,
             .answer_schema = "Dimensions",
             .lane = Lane::heavy,
             .handle = [services](const Call& call) { return show_dimensions(services, call); }});
  table.add(
      {.method = "GET",
       .pattern = "/api/v1/datasets/{dataset}/dimensions/{dimension}/values",
       .summary = "Values of a dimension that contain a text.",
       .clearance = Clearance::viewer,
       .query = {{"search", "text that the value contains, in letters of any case"},
                 limit_of("values at most", 1000),
                 {"offset", "values to leave out before them",
                  R"({"type":"integer","minimum":0})"}},
       .answer_schema = "DimensionValues",
       .lane = Lane::heavy,
       .handle = [services](const Call& call) { return find_dimension_values(services, call); }});
}

}  // namespace forecart
