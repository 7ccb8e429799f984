#include "cli/log_flags.h"

#include "pipeline/dataset_work.h"
#include "pipeline/work_queue.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace forecart {

namespace {

using nlohmann::json;

constexpr const char* kDeadRemedy =
    "it lies below dead/; forecart uploads says why, and with --retry puts it back";

/// Codes whose messages speak of the store or of processes, never of what stands in order files.
bool is_loggable(const std::string& code) {
  constexpr std::array<std::string_view, 7> kOurs{
      "unreadable", "no_space", "conflict", "unavailable", "time_limit", "memory_limit", "crashed"};
  return std::find(kOurs.begin(), kOurs.end(), code) != kOurs.end();
}

void log_failure(Log& log, const StageEvent& event) {
  const std::string message = is_loggable(event.code) ? event.message : "see forecart status";
  log.error("work failed", {{"dataset", event.dataset},
                            {"seconds", event.seconds},
                            {"attempts", event.attempts},
                            {"code", event.code},
                            {"message", message}});
  if (event.attempts < kMostAttempts) return;
  log.warning("given up", {{"dataset", event.dataset}, {"message", kDeadRemedy}});
}

void log_set_aside(Log& log, const std::string& dataset, const json& files) {
  for (const json& file : files) {
    log.warning("set aside", {{"dataset", dataset},
                              {"file", file.at("file").get<std::string>()},
                              {"code", file.at("code").get<std::string>()},
                              {"message", kDeadRemedy}});
  }
}

/// What a worker tells beside its own work.
void log_report(Log& log, const StageEvent& event) {
  if (event.report.empty()) return;
  const json report = json::parse(event.report);
  if (const json& inbox = report.at("inbox"); inbox.is_object()) {
    log_set_aside(log, event.dataset, inbox.at("set_aside"));
  }
  for (const json& notice : report.at("alert_changes")) log_alert(log, notice);
  if (const json& error = report.at("alert_error"); error.is_string()) {
    log_alert_error(log, event.dataset, error.get<std::string>());
  }
  if (const json& error = report.at("report_error"); error.is_string()) {
    log.warning("report not written",
                {{"dataset", event.dataset}, {"message", error.get<std::string>()}});
  }
}

}  // namespace

void LogFlags::add_to(CLI::App& command) {
  command.add_option("--log-format", format, "text or json")->capture_default_str();
  command.add_option("--log-level", level, "debug, info, warning, error or off")
      ->capture_default_str();
  command.add_option("--log-file", file, "written in place of stderr, and rotated");
}

LogOptions LogFlags::options() const {
  return {.format = parse_log_format(format), .level = parse_log_level(level), .file = file};
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

void log_event(Log& log, const StageEvent& event) {
  switch (event.kind) {
    case StageEvent::Kind::began:
      log.info("work began", {{"dataset", event.dataset}, {"waited", event.waited}});
      return;
    case StageEvent::Kind::ended:
    case StageEvent::Kind::cancelled:
      log.info(event.kind == StageEvent::Kind::ended ? "work ended" : "work cancelled",
               {{"dataset", event.dataset},
                {"seconds", event.seconds},
                {"files", event.files},
                {"dead", event.dead},
                {"rejected", event.rejected},
                {"run", event.run}});
      log_report(log, event);
      return;
    case StageEvent::Kind::failed:
      log_failure(log, event);
      log_report(log, event);
      return;
    case StageEvent::Kind::settings:
    case StageEvent::Kind::progress:
      return;
    case StageEvent::Kind::note:
      log.warning("note", {{"dataset", event.dataset}, {"message", event.message}});
  }
}

}  // namespace forecart
