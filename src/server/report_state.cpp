#include "server/report_state.h"

#include <utility>

namespace forecart {

namespace {

using Json = ReportAnswers::Json;

const NamedValues kLastRuns{{"limit", "5"}};

}  // namespace

Json report_status(const ReportAnswers& answers) {
  Json status = answers.ask(answers.get(""));
  status["current_run"] = answers.scope().run;
  status["waiting"] = status["asked"] = 0;
  status["working"] = false;
  status["next"] = "nothing";
  for (const char* trouble :
       {"last_failure", "settings_error", "report_error", "tables_error", "alert_error"}) {
    status[trouble] = nullptr;
  }
  return status;
}

Json report_runs(const ReportAnswers& answers) {
  const std::string& last = answers.scope().run;
  Json runs = answers.ask(answers.get("runs", kLastRuns));
  std::erase_if(runs.at("runs").get_ref<Json::array_t&>(),
                [&](const Json& run) { return run.at("run").get<std::string>() > last; });
  for (Json& run : runs.at("runs")) run["current"] = run.at("run") == last;
  return runs;
}

Json gather_state(ReportAnswers& answers) {
  answers.keep(answers.get(""), report_status(answers));
  answers.take("rejects");
  answers.take_of_run("quality");
  answers.keep(answers.get("runs", kLastRuns), report_runs(answers));
  Json known = answers.ask_of_run(answers.get("panels"));
  std::erase_if(known.at("panels").get_ref<Json::array_t&>(),
                [](const Json& panel) { return panel.at("names_persons").get<bool>(); });
  Json panels = known.at("panels");
  answers.keep(answers.get("panels"), std::move(known));
  return panels;
}

}  // namespace forecart
