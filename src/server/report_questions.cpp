#include "server/report_questions.h"

#include "server/report_forecasts.h"
#include "server/report_sales.h"
#include "server/report_state.h"

namespace forecart {

namespace {

using Json = ReportAnswers::Json;

/// pages/accuracy. Of series fewer than pages ask for, the worst ones.
void gather_accuracy(ReportAnswers& answers, const Json& panels) {
  constexpr const char* kMostSeries = "50";
  answers.take_table("leaderboard", {{"limit", "1000"}});
  for (const Json& panel : panels) {
    const std::string name = panel.at("panel");
    for (const char* by : {"step", "cutoff", "series"}) {
      const NamedValues asked{{"panel", name}, {"by", by}, {"limit", "1000"}};
      NamedValues fewer = asked;
      if (by == std::string("series")) fewer.back().second = kMostSeries;
      answers.keep(answers.get("accuracy", asked),
                   answers.ask_of_run(answers.get("accuracy", fewer)));
    }
  }
}

int horizon_of(const Json& panels, const std::string& name) {
  for (const Json& panel : panels) {
    if (panel.at("panel") == name) return panel.at("horizon").get<int>();
  }
  return 0;
}

void gather_forecasts(ReportAnswers& answers, const ReportSeries& series, const Json& panels,
                      Progress& progress) {
  constexpr double kBegun = 0.15;
  std::size_t count = 0;
  for (const auto& [panel, ids] : series) count += ids.size();
  std::size_t done = 0;
  for (const auto& [panel, ids] : series) {
    for (const std::string& id : ids) {
      gather_forecast(answers, panel, id, horizon_of(panels, panel));
      const double share = static_cast<double>(++done) / static_cast<double>(count);
      progress.report("report", kBegun + (1 - kBegun) * share, id);
    }
  }
}

}  // namespace

void gather_report(ReportAnswers& answers, const ReportSeries& series, Progress& progress) {
  const Json panels = gather_state(answers);
  const Json& status = answers.kept().front().answer;
  const std::string last =
      status.at("last").is_string() ? status.at("last").get<std::string>() : "";
  gather_sales(answers, last);
  progress.report("report", 0.1, "sales");
  gather_ahead(answers, panels, last);
  gather_accuracy(answers, panels);
  progress.report("report", 0.15, "accuracy");
  gather_forecasts(answers, series, panels, progress);
}

}  // namespace forecart
