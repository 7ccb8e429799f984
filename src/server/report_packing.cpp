#include "server/report_packing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace forecart {

namespace {

using Json = ReportPacking::Json;

constexpr int kDigits = 10;
constexpr int kDigitsOfSeries = 7;
constexpr std::size_t kLeastTexts = 4;  ///< that are worth a list of their own

int digits_of(const ReportQuestion& question) {
  for (const char* ending : {"/history", "/forecast", "/outlook"}) {
    if (question.path.ends_with(ending)) return kDigitsOfSeries;
  }
  return kDigits;
}

Json rounded(double value, int digits) {
  constexpr double kWhole = 1e15;
  const double near = std::stod(fmt::format("{:.{}g}", value, digits));
  if (near == std::trunc(near) && std::abs(near) < kWhole) return static_cast<std::int64_t>(near);
  return near;
}

bool are_texts(const Json& list) {
  return list.size() >= kLeastTexts &&
         std::all_of(list.begin(), list.end(), [](const Json& one) { return one.is_string(); });
}

bool have_same_columns(const Json& list) {
  if (list.size() < 2 || !list.front().is_object() || list.front().empty()) return false;
  return std::all_of(list.begin(), list.end(), [&](const Json& row) {
    return row.is_object() && row.size() == list.front().size() &&
           std::equal(row.items().begin(), row.items().end(), list.front().items().begin(),
                      [](const auto& a, const auto& b) { return a.key() == b.key(); });
  });
}

Json question_json(const ReportQuestion& question) {
  Json query = Json::object();
  for (const auto& [name, value] : question.query) query[name] = value;
  Json told{{"method", question.body.is_null() ? "GET" : "POST"},
            {"path", question.path},
            {"query", std::move(query)}};
  if (!question.body.is_null()) told["body"] = question.body;
  return told;
}

}  // namespace

Json ReportPacking::answers(const std::vector<ReportAnswers::Kept>& kept) {
  Json all = Json::array();
  for (const auto& [question, answer] : kept) {
    all.push_back(
        {{"question", question_json(question)}, {"answer", packed(answer, digits_of(question))}});
  }
  return all;
}

Json ReportPacking::packed(const Json& value, int digits) {
  if (value.is_number_float()) return rounded(value.get<double>(), digits);
  if (value.is_array()) return packed_list(value, digits);
  if (!value.is_object()) return value;
  Json fields = Json::object();
  for (const auto& [name, field] : value.items()) fields[name] = packed(field, digits);
  return fields;
}

Json ReportPacking::packed_list(const Json& list, int digits) {
  if (are_texts(list)) return packed_texts(list);
  if (have_same_columns(list)) return packed_rows(list, digits);
  Json values = Json::array();
  for (const Json& value : list) values.push_back(packed(value, digits));
  return values;
}

/// Histories that begin later than others are the ends of these.
Json ReportPacking::packed_texts(const Json& texts) {
  for (std::size_t at = 0; at < lists_.size(); ++at) {
    const Json& known = lists_[at];
    const auto from = std::search(known.begin(), known.end(), texts.begin(), texts.end());
    if (from == known.end()) continue;
    const auto begin = static_cast<std::size_t>(from - known.begin());
    Json part{{"$list", at}};
    if (begin > 0) part["from"] = begin;
    if (begin + texts.size() < known.size()) part["to"] = begin + texts.size();
    return part;
  }
  lists_.push_back(texts);
  return {{"$list", lists_.size() - 1}};
}

Json ReportPacking::packed_rows(const Json& rows, int digits) {
  Json columns = Json::object();
  for (const auto& [name, first] : rows.front().items()) {
    Json values = Json::array();
    for (const Json& row : rows) values.push_back(row.at(name));
    columns[name] = packed_list(values, digits);
  }
  return {{"$rows", std::move(columns)}};
}

}  // namespace forecart
