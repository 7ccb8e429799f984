#include "server/report_questions.h"

#include "server/report_days.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace forecart {

namespace {

using Json = ReportAnswers::Json;

constexpr std::size_t kMostDimensions = 4;
constexpr std::int64_t kMostValues = 1000;  ///< of a dimension, all of which are compared

class Gathering {
 public:
  Gathering(ReportAnswers& answers, const ReportSeries& series, Progress& progress)
      : answers_(answers), series_(series), progress_(progress) {
    for (const auto& [panel, ids] : series) count_ += ids.size();
  }

  void operator()() {
    data_state();
    run_facts();
    if (has_sales()) {
      last_weeks();
      all_sales();
    }
    ahead();
    accuracy();
    for (const auto& [panel, ids] : series_) {
      for (const std::string& id : ids) forecast(panel, id);
    }
  }

 private:
  ReportQuestion get(const std::string& rest, NamedValues query = {}) const {
    return {answers_.path(rest), std::move(query)};
  }
  /// Asks as pages do, and keeps it.
  Json take(const std::string& rest, NamedValues query = {}) {
    const ReportQuestion question = get(rest, std::move(query));
    Json answer = answers_.ask(question);
    answers_.keep(question, answer);
    return answer;
  }
  Json take_of_run(const std::string& rest, NamedValues query = {}) {
    const ReportQuestion question = get(rest, std::move(query));
    Json answer = answers_.ask_of_run(question);
    answers_.keep(question, answer);
    return answer;
  }
  /// Pages name the run "current".
  Json take_table(const std::string& table, const NamedValues& query) {
    const std::string& run = answers_.scope().run;
    Json answer = answers_.ask(get(fmt::format("runs/{}/tables/{}", run, table), query));
    answers_.keep(get("runs/current/tables/" + table, query), answer);
    return answer;
  }
  Json take_sales(Json body) {
    const ReportQuestion question{answers_.path("sales/query"), {}, std::move(body)};
    Json answer = answers_.ask(question);
    answers_.keep(question, answer);
    return answer;
  }

  /// What waits for a server, is done by one right now or has gone wrong there is not of a run, and
  /// nothing for the people that a report goes to.
  void data_state() {
    status_ = answers_.ask(get(""));
    status_["current_run"] = answers_.scope().run;
    status_["waiting"] = status_["asked"] = 0;
    status_["working"] = false;
    status_["next"] = "nothing";
    for (const char* trouble : {"last_failure", "settings_error", "alert_error"}) {
      status_[trouble] = nullptr;
    }
    answers_.keep(get(""), status_);
    take("rejects");
    take_of_run("quality");
  }

  /// Runs up to this one; panels whose ids may name persons are left out.
  void run_facts() {
    const NamedValues limit{{"limit", "5"}};
    Json runs = answers_.ask(get("runs", limit));
    std::erase_if(runs.at("runs").get_ref<Json::array_t&>(), [&](const Json& run) {
      return run.at("run").get<std::string>() > answers_.scope().run;
    });
    for (Json& run : runs.at("runs")) run["current"] = run.at("run") == answers_.scope().run;
    answers_.keep(get("runs", limit), runs);
    Json known = answers_.ask_of_run(get("panels"));
    std::erase_if(known.at("panels").get_ref<Json::array_t&>(),
                  [](const Json& panel) { return panel.at("names_persons").get<bool>(); });
    panels_ = known.at("panels");
    answers_.keep(get("panels"), std::move(known));
  }

  bool has_sales() {
    dimensions_ = answers_.ask(get("dimensions"));
    std::erase_if(dimensions_.at("dimensions").get_ref<Json::array_t&>(), [](const Json& one) {
      return one.at("values").get<std::int64_t>() > kMostValues;
    });
    answers_.keep(get("dimensions"), dimensions_);
    return status_.at("last").is_string();
  }

  /// Dimensions with something to compare.
  std::vector<std::string> dimensions() const {
    std::vector<std::string> names;
    for (const Json& one : dimensions_.at("dimensions")) {
      if (one.at("values").get<std::int64_t>() > 1) names.push_back(one.at("dimension"));
    }
    return names;
  }

  /// pages/overview: tiles, and what changed.
  void last_weeks() {
    constexpr std::array<int, 3> kLengths{7, 28, 91};
    constexpr int kMostOfMovers = 5000;
    const auto last = status_.at("last").get<std::string>();
    for (const int days : kLengths) {
      const ReportDays now = last_days(last, days);
      for (const ReportDays& span : {now, ReportDays{add_days(now.from, -days), now.from}}) {
        const Json between{{"from", span.from}, {"to", span.to}};
        Json total = between;
        total["measure"] = {"revenue", "units", "orders"};
        take_sales(std::move(total));
        auto names = dimensions();
        names.resize(std::min(names.size(), kMostDimensions));
        for (const std::string& name : names) {
          Json by = between;
          by["by"] = Json::array({name});
          by["measure"] = Json::array({"revenue"});
          by["limit"] = kMostOfMovers;
          take_sales(std::move(by));
        }
      }
    }
    progress_.report("report", 0.05, "sales");
  }

  /// report/sales_part.tsx by pages/sales/question.ts.
  void all_sales() {
    constexpr int kMost = 100'000;
    constexpr int kShownValues = 14;
    const Json revenue{{"filters", Json::object()}, {"measure", Json::array({"revenue"})}};
    for (const char* grain : {"month", "hour"}) {
      Json over_time = revenue;
      over_time["grain"] = grain;
      over_time["limit"] = kMost;
      take_sales(std::move(over_time));
    }
    for (const std::string& name : dimensions()) {
      Json by = revenue;
      by["by"] = Json::array({name});
      by["order"] = "-revenue";
      by["limit"] = kShownValues;
      take_sales(std::move(by));
    }
    progress_.report("report", 0.1, "sales");
  }

  /// pages/overview/ahead.ts: panels by day or longer come first.
  void ahead() {
    std::vector<Json> panels(panels_.begin(), panels_.end());
    std::stable_partition(panels.begin(), panels.end(), [](const Json& panel) {
      return grain_of(panel.at("frequency").get<std::string>()) != "hour";
    });
    for (const Json& panel : panels) {
      const std::string grain = grain_of(panel.at("frequency").get<std::string>());
      if (grain.empty() || panel.at("measure").is_null()) continue;
      if (has_total(panel)) return of_total(panel, grain);
    }
  }

  bool has_total(const Json& panel) {
    const Json& by = panel.at("by");
    if (by.is_array() && by.empty()) return true;  // it is nothing but the total
    const Json list =
        take_of_run("series", {{"panel", panel.at("panel")}, {"search", "total"}, {"limit", "10"}});
    const Json& ids = list.at("series");
    return std::find(ids.begin(), ids.end(), "total") != ids.end();
  }

  void of_total(const Json& panel, const std::string& grain) {
    constexpr int kMost = 20'000;
    take_of_run("forecast", {{"panel", panel.at("panel")}, {"unique_id", "total"}});
    const Json& end = panel.at("end").is_string() ? panel.at("end") : status_.at("last");
    const int days = history_days(grain, panel.at("horizon").get<int>());
    take_sales({{"grain", grain},
                {"measure", Json::array({panel.at("measure")})},
                {"from", add_days(end.get<std::string>(), -days)},
                {"limit", kMost}});
  }

  /// pages/accuracy. Of series fewer than pages ask for, the worst ones.
  void accuracy() {
    constexpr const char* kMostSeries = "50";
    take_table("leaderboard", {{"limit", "1000"}});
    for (const Json& panel : panels_) {
      const std::string name = panel.at("panel");
      for (const char* by : {"step", "cutoff", "series"}) {
        const NamedValues asked{{"panel", name}, {"by", by}, {"limit", "1000"}};
        NamedValues fewer = asked;
        if (by == std::string("series")) fewer.back().second = kMostSeries;
        answers_.keep(get("accuracy", asked), answers_.ask_of_run(get("accuracy", fewer)));
      }
    }
    progress_.report("report", 0.15, "accuracy");
  }

  /// pages/forecast/gather.ts.
  void forecast(const std::string& panel, const std::string& id) {
    const NamedValues of{{"panel", panel}, {"unique_id", id}};
    Json history = answers_.ask(get("history", of));
    answers_.keep(get("history", of), recent(std::move(history), horizon_of(panel)));
    const bool is_kept = is_ahead_shown(panel, id);
    const Json forecast =
        is_kept ? answers_.ask_of_run(get("forecast", of)) : take_of_run("forecast", of);
    outlook(of, forecast);
    NamedValues rows = of;
    rows.emplace_back("limit", "1000");
    take_table("disturbances", rows);
    constexpr double kBegun = 0.15;
    const double share = static_cast<double>(++done_) / static_cast<double>(count_);
    progress_.report("report", kBegun + (1 - kBegun) * share, id);
  }

  /// Whether the overview shows it.
  bool is_ahead_shown(const std::string& panel, const std::string& id) const {
    const ReportQuestion question = get("forecast", {{"panel", panel}, {"unique_id", id}});
    return std::any_of(
        answers_.kept().begin(), answers_.kept().end(), [&](const ReportAnswers::Kept& kept) {
          return kept.question.path == question.path && kept.question.query == question.query;
        });
  }

  /// The forecast to act on: by the best model, or the first where none was proven. Who put
  /// something in its place stays in the shop.
  void outlook(const NamedValues& of, const Json& forecast) {
    NamedValues asked = of;
    Json told = answers_.ask_of_run(get("outlook", asked));
    if (told.is_null() && forecast.is_object() && !forecast.at("values").empty()) {
      asked.emplace_back("model", forecast.at("values").begin().key());
      told = answers_.ask_of_run(get("outlook", asked));
    }
    if (told.is_null()) return;
    for (Json& change : told.at("overrides")) change["author"] = "";
    answers_.keep(get("outlook", asked), std::move(told));
  }

  int horizon_of(const std::string& panel) const {
    for (const Json& one : panels_) {
      if (one.at("panel") == panel) return one.at("horizon").get<int>();
    }
    return 0;
  }

  /// Its last buckets: some horizons, and enough to see a year of days.
  static Json recent(Json history, int horizon) {
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

  ReportAnswers& answers_;
  const ReportSeries& series_;
  Progress& progress_;
  std::size_t count_ = 0;  ///< of series
  std::size_t done_ = 0;
  Json status_;
  Json panels_;
  Json dimensions_;
};

}  // namespace

void gather_report(ReportAnswers& answers, const ReportSeries& series, Progress& progress) {
  Gathering(answers, series, progress)();
}

}  // namespace forecart
