#include "pipeline/run_history.h"

#include "pipeline/repository.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

namespace forecart {

namespace {

using nlohmann::json;

/// Keys of manifests, oldest first: names of runs sort by time.
std::vector<std::string> last_manifests(const Repository& repository, const std::string& dataset,
                                        std::size_t most) {
  std::vector<std::string> keys;
  repository.store().list_objects({fmt::format("runs/{}/", dataset), ""},
                                  [&](const ObjectInfo& object) {
                                    if (object.key.ends_with("/manifest.json")) {
                                      keys.push_back(object.key);
                                    }
                                    return true;
                                  });
  if (keys.size() > most) keys.erase(keys.begin(), keys.end() - static_cast<std::ptrdiff_t>(most));
  return keys;
}

/// Manifests of older programs have no usage.
json run_of(const json& manifest, const std::string& current) {
  const json usage = manifest.value("usage", json::object());
  const json error = manifest.value("error", json());
  return {{"run", manifest.at("run")},
          {"status", manifest.value("status", "failed")},
          {"current", manifest.at("run") == current},
          {"preliminary", manifest.value("preliminary", false)},
          {"seconds", manifest.value("seconds", 0.0)},
          {"core_seconds", usage.value("core_seconds", json())},
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

json run_history(const std::string& location, const std::string& dataset, std::size_t most) {
  return run_history(Repository::open(location), dataset, most);
}

json run_history(const Repository& repository, const std::string& dataset, std::size_t most) {
  repository.require_dataset(dataset);
  const auto pointer = repository.current(dataset);
  const std::string current = pointer ? pointer->at("run").get<std::string>() : "";
  json runs = json::array();
  for (const std::string& key : last_manifests(repository, dataset, most)) {
    runs.push_back(run_of(repository.read_json(key), current));
  }
  return {{"dataset", dataset}, {"runs", std::move(runs)}};
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
