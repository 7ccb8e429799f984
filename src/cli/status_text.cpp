#include "cli/status_text.h"

#include "pipeline/work_queue.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace forecart {

namespace {

using nlohmann::json;

std::string shown(const json& value) {
  return value.is_string() ? value.get<std::string>() : value.is_null() ? "-" : value.dump();
}

std::string line(const char* name, const std::string& text) {
  return fmt::format("  {:<14} {}\n", name, text);
}

/// "2 files, 1 run asked for"; "-" where nothing waits.
std::string waiting_text(const json& dataset) {
  const auto files = dataset.at("waiting").get<std::size_t>();
  const auto runs = dataset.at("asked").get<std::size_t>();
  std::string text;
  if (files > 0) text = fmt::format("{} file{}", files, files > 1 ? "s" : "");
  if (runs == 0) return text.empty() ? "-" : text;
  return fmt::format("{}{}{} run{} asked for", text, text.empty() ? "" : ", ", runs,
                     runs > 1 ? "s" : "");
}

std::string dead_text(const json& dataset) {
  if (dataset.at("dead") == 0) return "-";
  return fmt::format("{}; forecart uploads --dataset {} says why, and with --retry puts back",
                     shown(dataset.at("dead")), shown(dataset.at("dataset")));
}

/// Of work that is tried again, or of the last run.
std::string failure_text(const json& failure) {
  if (failure.is_null()) return "-";
  const std::string what =
      fmt::format("{} [{}]", shown(failure.at("message")), shown(failure.at("code")));
  if (failure.contains("run")) return fmt::format("run {}: {}", shown(failure.at("run")), what);
  return fmt::format("{}; try {} of {}, again from {} on", what, shown(failure.at("attempts")),
                     kMostAttempts, shown(failure.at("due")));
}

/// A line for each that is active.
std::string alert_lines(const json& alerts) {
  if (alerts.empty()) return line("alerts", "-");
  std::string text;
  for (const json& alert : alerts) {
    const std::string panel = shown(alert.at("panel"));
    text += line(text.empty() ? "alerts" : "",
                 fmt::format("{}{} since {}: {}", shown(alert.at("alert")),
                             panel.empty() ? "" : " of " + panel, shown(alert.at("since")),
                             shown(alert.at("message"))));
  }
  return text;
}

std::string dataset_text(const json& dataset) {
  std::string text = shown(dataset.at("dataset")) + "\n";
  for (const char* name : {"uploads", "rows_accepted", "first", "last", "current_run"}) {
    text += line(name, shown(dataset.at(name)));
  }
  text += line("waiting", waiting_text(dataset)) + line("dead", dead_text(dataset));
  if (const json& error = dataset.at("settings_error"); !error.is_null()) {
    text += line("settings", shown(error));
  }
  if (const json& error = dataset.at("report_error"); !error.is_null()) {
    text += line("report", "not written: " + shown(error));
  }
  if (const json& error = dataset.at("tables_error"); !error.is_null()) {
    text += line("tables for QuickSight", "not written or not taken in: " + shown(error));
  }
  text += line("last_failure", failure_text(dataset.at("last_failure")));
  if (const json& at = dataset.at("cancelled"); !at.is_null()) text += line("cancelled", shown(at));
  text += alert_lines(dataset.at("alerts"));
  if (const json& error = dataset.at("alert_error"); !error.is_null()) {
    text += line("", "not told: " + shown(error));
  }
  return text + line("next", shown(dataset.at("next")));
}

}  // namespace

std::string status_text(const json& status) {
  std::string text;
  for (const json& dataset : status.at("datasets")) text += dataset_text(dataset);
  if (text.empty()) text = "no data set yet: forecart ingest FILES --dataset NAME\n";
  for (const json& stray : status.at("strays")) text += stray_text(stray) + "\n";
  return text;
}

}  // namespace forecart
