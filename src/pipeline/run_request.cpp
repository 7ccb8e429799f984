#include "pipeline/run_request.h"

#include "base/error.h"
#include "pipeline/cancellation.h"
#include "pipeline/find_run.h"
#include "pipeline/stamp_time.h"
#include "pipeline/work_queue.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <optional>
#include <string_view>

namespace forecart {

namespace {

using nlohmann::json;

constexpr std::string_view kAsk = "ask-";
constexpr std::string_view kEnd = ".json";

Error unknown_request() {
  return {ErrorCode::not_found,
          "nothing is known of such a request; POST .../runs tells the name of the one it makes"};
}

/// What stands between "ask-" and ".json".
std::string stamp_of(const std::string& request) {
  const bool framed = request.starts_with(kAsk) && request.ends_with(kEnd) &&
                      request.size() > kAsk.size() + kEnd.size();
  if (!framed) throw unknown_request();
  const std::string stamp = request.substr(kAsk.size(), request.size() - kAsk.size() - kEnd.size());
  if (!time_of_stamp(stamp) || stamp.find('/') != std::string::npos) throw unknown_request();
  return stamp;
}

json failure_json(const WorkFailure& failure) {
  return {{"code", failure.code},
          {"message", failure.message},
          {"attempts", failure.attempts},
          {"at", iso_time(failure.at)},
          {"next_try", iso_time(failure.due)}};
}

/// The manifest of the first run after a stamp that came to its end or was cancelled; of the first
/// that failed where none did.
std::optional<json> run_after(const Repository& repository, const std::string& dataset,
                              const std::string& stamp) {
  const std::string prefix = fmt::format("runs/{}/", dataset);
  std::optional<json> failed;
  std::optional<json> found;
  repository.store().list_objects({prefix, prefix + stamp}, [&](const ObjectInfo& object) {
    if (!object.key.ends_with("/manifest.json")) return true;
    json manifest = repository.read_json(object.key);
    if (!manifest.contains("status") || manifest.value("preliminary", false)) return true;
    if (manifest.at("status") == "failed") {
      if (!failed) failed = std::move(manifest);
      return true;
    }
    found = std::move(manifest);
    return false;
  });
  return found ? found : failed;
}

void tell_run(const json& manifest, json& told) {
  told["run"] = manifest.at("run");
  if (has_results(manifest)) {
    told["state"] = "done";
  } else if (manifest.at("status") == "cancelled") {
    told["state"] = "cancelled";
  } else {
    told["state"] = "failed";
    told["error"] = manifest.value("error", json());
  }
}

/// Nobody waits for it any more.
void tell_end(const Repository& repository, const std::string& dataset, const std::string& stamp,
              json& told) {
  const std::string dead = fmt::format("dead/{}/{}{}{}", dataset, kAsk, stamp, kEnd);
  if (repository.store().exists(dead)) {
    const json record = repository.read_json(dead);
    told["state"] = "failed";
    told["error"] = {{"code", record.value("code", "")}, {"message", record.value("message", "")}};
    return;
  }
  const auto manifest = run_after(repository, dataset, stamp);
  const auto cancelled = last_cancellation(repository, dataset);
  const bool withdrawn = cancelled && cancelled->stamp > stamp &&
                         (!manifest || cancelled->stamp < manifest->at("run").get<std::string>());
  if (withdrawn) {
    told["state"] = "cancelled";
  } else if (manifest) {
    tell_run(*manifest, told);
  } else {
    throw unknown_request();
  }
}

}  // namespace

json run_request_state(const Repository& repository, const std::string& dataset,
                       const std::string& request) {
  const std::string stamp = stamp_of(request);
  json told{{"request", request},
            {"state", "waiting"},
            {"asked", iso_time(*time_of_stamp(stamp))},
            {"run", nullptr},
            {"error", nullptr}};
  if (!repository.store().exists(fmt::format("work/{}/{}", dataset, request))) {
    tell_end(repository, dataset, stamp, told);
    return told;
  }
  if (is_worked_on(repository, dataset)) told["state"] = "working";
  if (const auto failure = last_failure(repository, dataset)) {
    told["error"] = failure_json(*failure);
  }
  return told;
}

}  // namespace forecart
