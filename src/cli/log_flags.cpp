#include "cli/log_flags.h"

#include "pipeline/work_log.h"
#include "pipeline/work_queue.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace forecart {

namespace {

using nlohmann::json;

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
  log_given_up(log, event.dataset);
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
      if (!event.report.empty()) log_work_report(log, json::parse(event.report));
      return;
    case StageEvent::Kind::failed:
      log_failure(log, event);
      if (!event.report.empty()) log_work_report(log, json::parse(event.report));
      return;
    case StageEvent::Kind::settings:
    case StageEvent::Kind::progress:
      return;
    case StageEvent::Kind::note:
      log.warning("note", {{"dataset", event.dataset}, {"message", event.message}});
  }
}

}  // namespace forecart
