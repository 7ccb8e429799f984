#include "server/report_summary.h"

#include "server/report_document.h"

#include <fmt/format.h>

#include <algorithm>

namespace forecart {

namespace {

using Json = ReportAnswers::Json;

std::string text_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number_integer()) return fmt::format("{}", value.get<std::int64_t>());
  if (value.is_number()) return fmt::format("{:.6g}", value.get<double>());
  return value.is_null() ? "" : value.dump();
}

/// Rows of a table with these columns; those that the rows lack stay empty.
std::string html_table(const std::string& title, const std::vector<std::string>& columns,
                       const Json& rows) {
  std::string html = fmt::format("<h2>{}</h2><table><tr>", escape_html(title));
  for (const std::string& name : columns) html += "<th>" + escape_html(name) + "</th>";
  html += "</tr>";
  for (const Json& row : rows) {
    html += "<tr>";
    for (const std::string& name : columns) {
      html += "<td>" + escape_html(text_of(row.value(name, Json()))) + "</td>";
    }
    html += "</tr>";
  }
  return html + "</table>";
}

/// The first answer to a question of that path for which this holds; null where there is none.
template <class Holds>
Json answer_to(const ReportAnswers& answers, const std::string& rest, Holds holds) {
  const auto& kept = answers.kept();
  const auto found = std::find_if(kept.begin(), kept.end(), [&](const ReportAnswers::Kept& one) {
    return one.question.path == answers.path(rest) && holds(one.question);
  });
  return found == kept.end() ? Json() : found->answer;
}

Json answer_to(const ReportAnswers& answers, const std::string& rest) {
  return answer_to(answers, rest, [](const ReportQuestion&) { return true; });
}

Json facts_of(const ReportAnswers& answers) {
  const Json status = answer_to(answers, "");
  Json rows = Json::array();
  for (const auto& [label, field] : {std::pair{"order lines", "rows_accepted"},
                                     {"first sale", "first"},
                                     {"last sale", "last"}}) {
    rows.push_back({{"what", label}, {"value", text_of(status.at(field))}});
  }
  return rows;
}

Json forecast_rows(const Json& forecast) {
  Json rows = Json::array();
  if (forecast.is_null() || forecast.at("values").empty()) return rows;
  const auto& values = forecast.at("values");
  const std::string model = values.begin().key();
  for (std::size_t step = 0; step < forecast.at("ds").size(); ++step) {
    Json row{{"when", forecast.at("ds").at(step)}};
    for (const auto& [label, name] : {std::pair{"forecast", model},
                                      {"low (80 %)", model + "-lo-80"},
                                      {"high (80 %)", model + "-hi-80"}}) {
      if (values.contains(name)) row[label] = values.at(name).at(step);
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

}  // namespace

std::string report_summary(const ReportAnswers& answers) {
  const auto is_monthly = [](const ReportQuestion& one) {
    return one.body.is_object() && one.body.value("grain", "") == "month";
  };
  const Json months = answer_to(answers, "sales/query", is_monthly);
  const Json forecast = answer_to(answers, "forecast");
  const Json board = answer_to(answers, "runs/current/tables/leaderboard");
  std::string html = fmt::format(
      "<h1>{}: sales and forecasts</h1><p>Run {}. With scripts this page shows charts.</p>",
      escape_html(answers.scope().dataset), escape_html(answers.scope().run));
  html += html_table("Data", {"what", "value"}, facts_of(answers));
  if (!months.is_null()) html += html_table("Sales by month", {"ds", "revenue"}, months.at("rows"));
  if (!forecast.is_null()) {
    const std::string of = forecast.at("panel").get<std::string>() + ", " +
                           forecast.at("unique_id").get<std::string>();
    html += html_table("Forecast: " + of, {"when", "forecast", "low (80 %)", "high (80 %)"},
                       forecast_rows(forecast));
  }
  if (!board.is_null()) {
    html += html_table("Models", {"panel", "model", "mase", "mae", "coverage-80", "coverage-95"},
                       board.at("rows"));
  }
  return html;
}

}  // namespace forecart
