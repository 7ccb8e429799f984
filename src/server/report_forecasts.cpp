#include "server/report_forecasts.h"

#include "server/report_days.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace forecart {

namespace {

using Json = ReportAnswers::Json;

bool has_total(ReportAnswers& answers, const Json& panel) {
  const Json& by = panel.at("by");
  if (by.is_array() && by.empty()) return true;  // it is nothing but the total
  const Json list = answers.take_of_run(
      "series", {{"panel", panel.at("panel")}, {"search", "total"}, {"limit", "10"}});
  const Json& ids = list.at("series");
  return std::find(ids.begin(), ids.end(), "total") != ids.end();
}

/// Its last buckets: some horizons, and enough to see a year of days.
Json recent(Json history, int horizon) {
  constexpr std::size_t kLeast = 800;
  constexpr std::size_t kHorizons = 8;
  if (history.is_null()) return history;
  const std::size_t most = std::max(kLeast, kHorizons * static_cast<std::size_t>(horizon));
  for (const char* name : {"ds", "y"}) {
    auto& values = history.at(name).get_ref<Json::array_t&>();
    if (values.size() <= most) continue;
    values.erase(values.begin(), values.end() - static_cast<std::ptrdiff_t>(most));
  }
  return history;
}

/// Whether the overview shows it.
bool is_kept(const ReportAnswers& answers, const ReportQuestion& question) {
  const auto& kept = answers.kept();
  return std::any_of(kept.begin(), kept.end(), [&](const ReportAnswers::Kept& one) {
    return one.question.path == question.path && one.question.query == question.query;
  });
}

/// The forecast to act on: by the best model, or the first where none was proven. Who put
/// something in its place stays in the shop.
void gather_outlook(ReportAnswers& answers, const NamedValues& of, const Json& forecast) {
  NamedValues asked = of;
  Json told = answers.ask_of_run(answers.get("outlook", asked));
  if (told.is_null() && forecast.is_object() && !forecast.at("values").empty()) {
    asked.emplace_back("model", forecast.at("values").begin().key());
    told = answers.ask_of_run(answers.get("outlook", asked));
  }
  if (told.is_null()) return;
  if (is_kept(answers, answers.get("outlook", asked))) return;
  for (Json& change : told.at("overrides")) change["author"] = "";
  answers.keep(answers.get("outlook", asked), std::move(told));
}

void gather_total(ReportAnswers& answers, const Json& panel, const std::string& grain,
                  const std::string& last) {
  constexpr int kMost = 20'000;
  const NamedValues total{{"panel", panel.at("panel")}, {"unique_id", "total"}};
  gather_outlook(answers, total, answers.take_of_run("forecast", total));
  const std::string end = panel.at("end").is_string() ? panel.at("end").get<std::string>() : last;
  const int days = history_days(grain, panel.at("horizon").get<int>());
  answers.take_sales({{"grain", grain},
                      {"measure", Json::array({panel.at("measure")})},
                      {"from", add_days(end, -days)},
                      {"limit", kMost}});
}

}  // namespace

void gather_ahead(ReportAnswers& answers, const Json& all, const std::string& last) {
  std::vector<Json> panels(all.begin(), all.end());
  std::stable_partition(panels.begin(), panels.end(), [](const Json& panel) {
    return grain_of(panel.at("frequency").get<std::string>()) != "hour";
  });
  for (const Json& panel : panels) {
    const std::string grain = grain_of(panel.at("frequency").get<std::string>());
    if (grain.empty() || panel.at("measure").is_null()) continue;
    if (has_total(answers, panel)) return gather_total(answers, panel, grain, last);
  }
}

void gather_forecast(ReportAnswers& answers, const std::string& panel, const std::string& id,
                     int horizon) {
  const NamedValues of{{"panel", panel}, {"unique_id", id}};
  const ReportQuestion history = answers.get("history", of);
  answers.keep(history, recent(answers.ask(history), horizon));
  const ReportQuestion forecast = answers.get("forecast", of);
  const Json told = answers.ask_of_run(forecast);
  if (!is_kept(answers, forecast)) answers.keep(forecast, told);
  gather_outlook(answers, of, told);
  NamedValues rows = of;
  rows.emplace_back("limit", "1000");
  answers.take_table("disturbances", rows);
}

}  // namespace forecart
