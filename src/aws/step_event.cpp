#include "aws/step_event.h"

#include "base/dataset_name.h"
#include "base/error.h"
#include "base/utc_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <utility>

namespace forecart {

namespace {

using nlohmann::json;

constexpr std::size_t kMostMessage = 2000;  // of a failure that is kept

constexpr std::array<std::pair<std::string_view, Step>, 5> kSteps{{{"ingest", Step::ingest},
                                                                   {"plan", Step::plan},
                                                                   {"train", Step::train},
                                                                   {"publish", Step::publish},
                                                                   {"fail", Step::fail}}};

std::string text(const json& event, const char* name) {
  const auto found = event.find(name);
  if (found != event.end() && found->is_string()) return found->get<std::string>();
  throw Error(ErrorCode::bad_data, fmt::format("the step has no text '{}'", name));
}

std::string text_or(const json& event, const char* name, const std::string& otherwise) {
  const auto found = event.find(name);
  return found != event.end() && found->is_string() ? found->get<std::string>() : otherwise;
}

Step step_of(const std::string& name) {
  for (const auto& [known, step] : kSteps) {
    if (known == name) return step;
  }
  throw Error(
      ErrorCode::bad_data,
      fmt::format("'{}' is no step; use ingest, plan, train, publish or fail", name.substr(0, 50)));
}

/// What a function has thrown, or how a job has ended, stands as JSON in the cause that Step
/// Functions hands on.
std::string message_of(const std::string& cause) {
  const json ended = json::parse(cause, nullptr, false);
  std::string message = cause;
  for (const char* name : {"FailureReason", "ExitMessage", "errorMessage"}) {
    if (ended.is_object()) message = text_or(ended, name, message);
  }
  return message.substr(0, kMostMessage);
}

}  // namespace

StepEvent parse_step(const json& event) {
  StepEvent parsed{.step = step_of(text(event, "step")), .dataset = text(event, "dataset")};
  check_dataset_name(parsed.dataset);
  if (parsed.step == Step::train || parsed.step == Step::publish) {
    parsed.plan = text(event, "plan");
    plan_folder(parsed.dataset, parsed.plan);
  }
  if (parsed.step == Step::train) parsed.shard = Share::parse(text(event, "shard"));
  if (parsed.step == Step::fail) {
    parsed.code = text(event, "error").substr(0, kMostMessage);
    parsed.message = message_of(text_or(event, "cause", ""));
    parsed.since = parse_instant(text_or(event, "since", ""), {}).value_or(Instant{});
  }
  return parsed;
}

}  // namespace forecart
