#include "automation/worker_report.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <cstring>

namespace forecart {

namespace {

using nlohmann::json;

std::size_t count(const json& object, const char* name) {
  return object.is_object() ? object.value(name, std::size_t{0}) : 0;
}

std::string last_line(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  const std::size_t at = text.rfind('\n');
  return at == std::string::npos ? text : text.substr(at + 1);
}

/// A worker that did not come to tell.
WorkerReport died(StageEvent event, const WorkerEnd& end) {
  event.kind = StageEvent::Kind::failed;
  const bool no_memory = end.err.find("bad_alloc") != std::string::npos;
  event.code = end.timed_out     ? "time_limit"
               : no_memory       ? "memory_limit"
               : end.signal != 0 ? "crashed"
                                 : "failed";
  const std::string how = end.signal != 0
                              ? fmt::format("was ended by signal {} ({})", end.signal,
                                            strsignal(end.signal))  // NOLINT(concurrency-mt-unsafe)
                              : fmt::format("ended with status {}", end.status);
  const std::string words = last_line(end.err);
  const char* const why = end.timed_out ? "ran out of time and "
                          : no_memory   ? "ran out of memory (--memory-limit bounds it) and "
                                        : "";
  event.message = fmt::format("the worker {}{}{}{}", why, how, words.empty() ? "" : ": ", words);
  return {.event = event, .recorded = false};
}

WorkerReport told(const json& report, double seconds) {
  StageEvent event = event_of(report);
  event.seconds = seconds;
  const bool progressed = event.files + event.dead > 0 || !event.run.empty();
  return {.event = std::move(event),
          .recorded = true,
          .busy = report.at("busy").get<bool>(),
          .progressed = progressed};
}

}  // namespace

StageEvent event_of(const json& report) {
  const json& inbox = report.at("inbox");
  const json& run = report.at("run");
  const json& failure = report.at("failure");
  StageEvent event;
  event.dataset = report.at("dataset").get<std::string>();
  event.report = report.dump();
  event.kind = !failure.is_null()                 ? StageEvent::Kind::failed
               : report.value("cancelled", false) ? StageEvent::Kind::cancelled
                                                  : StageEvent::Kind::ended;
  event.files = count(inbox, "taken");
  event.dead = count(inbox, "dead");
  event.rejected = count(inbox, "rows_rejected");
  if (run.is_object()) event.run = run.at("run").get<std::string>();
  if (failure.is_object()) {
    event.code = failure.at("code").get<std::string>();
    event.message = failure.at("message").get<std::string>();
    event.attempts = failure.at("attempts").get<int>();
  }
  return event;
}

WorkerReport read_report(const std::string& dataset, const WorkerEnd& end) {
  StageEvent event;
  event.dataset = dataset;
  event.seconds = end.seconds;
  if (end.timed_out || end.signal != 0) return died(event, end);
  try {
    return told(json::parse(end.out).at("datasets").at(0), end.seconds);
  } catch (const json::exception&) {
    return died(event, end);
  }
}

}  // namespace forecart
