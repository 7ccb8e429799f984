#include "pipeline/run_history.h"

#include "pipeline/find_run.h"
#include "pipeline/repository.h"
#include "pipeline/stamp_time.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <optional>
#include <string_view>
#include <vector>

namespace forecart {

namespace {

using nlohmann::json;

constexpr std::string_view kManifest = "/manifest.json";

/// Names of the runs that have a manifest, oldest first: they sort by time.
std::vector<std::string> run_names(const Repository& repository, const std::string& dataset) {
  const std::string prefix = fmt::format("runs/{}/", dataset);
  std::vector<std::string> names;
  repository.store().list_objects({prefix, ""}, [&](const ObjectInfo& object) {
    const std::string_view key = object.key;
    if (key.ends_with(kManifest)) {
      names.emplace_back(key.substr(prefix.size(), key.size() - prefix.size() - kManifest.size()));
    }
    return true;
  });
  return names;
}

/// The platform on which it would cost least, of those it fits on; null where that is not known.
json cheapest(const json& cost) {
  json best;
  for (const json& offer : cost.value("platforms", json::array())) {
    if (!offer.value("fits", false)) continue;
    if (best.is_null() || offer.at("total") < best.at("total")) {
      best = {{"currency", cost.at("currency")},
              {"platform", offer.at("platform")},
              {"total", offer.at("total")}};
    }
  }
  return best;
}

json published(const json& manifest, bool is_current) {
  if (is_current) return true;
  return has_results(manifest) ? json() : json(false);
}

/// "warm" where states of another run moved on, "anew" where all is fitted and proven; null of one
/// that did not come so far.
json mode_of(const json& manifest) {
  if (manifest.contains("proven_by")) return "warm";
  return has_results(manifest) ? json("anew") : json();
}

json instant_json(const std::optional<Instant>& instant) {
  return instant ? json(iso_time(*instant)) : json();
}

/// Manifests of older programs have no usage, and do not say how they ended.
json run_of(json manifest, const std::string& current) {
  const json usage = manifest.value("usage", json::object());
  const json error = manifest.value("error", json());
  const std::string name = manifest.at("run");
  const double seconds = manifest.value("seconds", 0.0);
  if (!manifest.contains("status")) manifest["status"] = "failed";
  const auto began = time_of_stamp(name);
  auto ended = began;
  if (ended) *ended += std::chrono::microseconds(std::llround(seconds * 1e6));
  return {{"run", name},
          {"status", manifest.at("status")},
          {"current", name == current},
          {"published", published(manifest, name == current)},
          {"preliminary", manifest.value("preliminary", false)},
          {"began", instant_json(began)},
          {"ended", instant_json(ended)},
          {"asked_by", manifest.value("asked_by", json())},
          {"mode", mode_of(manifest)},
          {"goes_on_from",
           manifest.contains("proven_by") ? manifest.value("warm_start_from", json()) : json()},
          {"seconds", seconds},
          {"core_seconds", usage.value("core_seconds", json())},
          {"cost", cheapest(manifest.value("cost", json::object()))},
          {"error", error.is_object() ? error.at("code") : json()},
          {"stages", usage.value("stages", json::array())}};
}

/// "cccmmmmmmw": each stage by its first letter, as long as it took; at least one of each.
std::string bar(const json& run, double seconds_of_a_letter) {
  std::string text;
  for (const json& stage : run.at("stages")) {
    const double letters = stage.at("seconds").get<double>() / seconds_of_a_letter;
    const auto count = static_cast<std::size_t>(std::max(1L, std::lround(letters)));
    text += std::string(count, stage.at("stage").get<std::string>().front());
  }
  return text;
}

/// "c clean, m models": of the last run that has stages.
std::string legend(const json& runs) {
  std::string text;
  for (const json& run : runs) {
    if (run.at("stages").empty()) continue;
    text.clear();
    for (const json& stage : run.at("stages")) {
      const std::string name = stage.at("stage");
      text += fmt::format("{}{} {} {:.2f} s", text.empty() ? "" : ", ", name.front(), name,
                          stage.at("seconds").get<double>());
    }
  }
  return text;
}

}  // namespace

json run_history(const std::string& location, const std::string& dataset, std::size_t most,
                 const std::string& before) {
  return run_history(Repository::open(location), dataset, most, before);
}

json run_history(const Repository& repository, const std::string& dataset, std::size_t most,
                 const std::string& before) {
  repository.require_dataset(dataset);
  const auto pointer = repository.current(dataset);
  const std::string current = pointer ? pointer->at("run").get<std::string>() : "";
  auto names = run_names(repository, dataset);
  if (!before.empty()) {
    names.erase(std::lower_bound(names.begin(), names.end(), before), names.end());
  }
  const bool older = names.size() > most;
  if (older) names.erase(names.begin(), names.end() - static_cast<std::ptrdiff_t>(most));
  json runs = json::array();
  for (const std::string& name : names) {
    const std::string key = Repository::run_key(dataset, name, kManifest.substr(1));
    runs.push_back(run_of(repository.read_json(key), current));
  }
  const json next = older && !names.empty() ? json(names.front()) : json();
  return {{"dataset", dataset}, {"runs", std::move(runs)}, {"next", next}};
}

std::string run_history_text(const json& history, std::size_t width) {
  const json& runs = history.at("runs");
  if (runs.empty()) return "no run yet\n";
  double longest = 0;
  for (const json& run : runs) longest = std::max(longest, run.at("seconds").get<double>());
  const double scale = std::max(longest, 1e-3) / static_cast<double>(width);
  std::string text;
  for (const json& run : runs) {
    const json& error = run.at("error");
    const bool preliminary = run.at("preliminary").get<bool>();
    const std::string ended = preliminary ? "preliminary" : run.at("status").get<std::string>();
    const std::string status = error.is_null() ? ended : error.get<std::string>();
    text += fmt::format("{} {:<12} {:>8.2f} s  {}{}\n", run.at("run").get<std::string>(), status,
                        run.at("seconds").get<double>(), bar(run, scale),
                        run.at("current").get<bool>() ? "  <- current" : "");
  }
  const std::string stages = legend(runs);
  return stages.empty() ? text : text + fmt::format("stages of the last: {}\n", stages);
}

}  // namespace forecart
