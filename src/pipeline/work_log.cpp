#include "pipeline/work_log.h"

#include <nlohmann/json.hpp>

namespace forecart {

namespace {

using nlohmann::json;

constexpr const char* kDeadRemedy =
    "it lies below dead/; forecart uploads says why, and with --retry puts it back";

void log_set_aside(Log& log, const std::string& dataset, const json& files) {
  for (const json& file : files) {
    log.warning("set aside", {{"dataset", dataset},
                              {"file", file.at("file").get<std::string>()},
                              {"code", file.at("code").get<std::string>()},
                              {"message", kDeadRemedy}});
  }
}

}  // namespace

void log_work_report(Log& log, const json& report) {
  const auto dataset = report.at("dataset").get<std::string>();
  if (const json& inbox = report.at("inbox"); inbox.is_object()) {
    log_set_aside(log, dataset, inbox.at("set_aside"));
  }
  for (const json& notice : report.at("alert_changes")) log_alert(log, notice);
  if (const json& error = report.at("alert_error"); error.is_string()) {
    log_alert_error(log, dataset, error.get<std::string>());
  }
  if (const json& error = report.at("report_error"); error.is_string()) {
    log.warning("report not written",
                {{"dataset", dataset}, {"message", error.get<std::string>()}});
  }
  if (const json& error = report.at("tables_error"); error.is_string()) {
    log_tables_error(log, dataset, error.get<std::string>());
  }
}

void log_given_up(Log& log, const std::string& dataset) {
  log.warning("given up", {{"dataset", dataset}, {"message", kDeadRemedy}});
}

void log_alert(Log& log, const json& notice) {
  const auto text = [&notice](const char* name) { return notice.at(name).get<std::string>(); };
  const bool begun = text("event") == "begun";
  const std::string dataset = text("dataset");
  const std::string alert = text("alert");
  const std::string panel = text("panel");
  const std::string message = text("message");
  const std::initializer_list<LogField> fields{
      {"dataset", dataset}, {"alert", alert}, {"panel", panel}, {"message", message}};
  begun ? log.warning("alert began", fields) : log.info("alert ended", fields);
}

void log_alert_error(Log& log, const std::string& dataset, const std::string& error) {
  log.warning("alerts not told", {{"dataset", dataset}, {"message", error}});
}

void log_tables_error(Log& log, const std::string& dataset, const std::string& error) {
  log.warning("tables not refreshed", {{"dataset", dataset}, {"message", error}});
}

}  // namespace forecart
