#include "pipeline/find_run.h"

#include "base/error.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <vector>

namespace forecart {

namespace {

using nlohmann::json;

/// Names of the runs of a data set, oldest first.
std::vector<std::string> run_names(const Repository& repository, const std::string& dataset) {
  const std::string prefix = fmt::format("runs/{}/", dataset);
  constexpr std::string_view kEnding = "/manifest.json";
  std::vector<std::string> names;
  for (const std::string& key : repository.store().list(prefix)) {
    if (!key.ends_with(kEnding)) continue;
    names.push_back(key.substr(prefix.size(), key.size() - prefix.size() - kEnding.size()));
  }
  return names;
}

std::string current_name(const Repository& repository, const std::string& dataset) {
  const auto current = repository.current(dataset);
  if (current) return current->at("run").get<std::string>();
  throw Error(ErrorCode::not_found,
              fmt::format("data set '{}' has no run yet; make one with forecart run", dataset));
}

std::string full_name(const Repository& repository, const std::string& dataset,
                      const std::string& run) {
  if (repository.store().exists(Repository::run_key(dataset, run, "manifest.json"))) return run;
  const auto names = run_names(repository, dataset);
  std::vector<std::string> found;
  for (const std::string& name : names) {
    if (name.starts_with(run)) found.push_back(name);
  }
  if (found.size() == 1) return found.front();
  if (found.size() > 1) {
    throw Error(ErrorCode::unknown_name,
                fmt::format("'{}' is the beginning of several runs: {}; give more of the one meant",
                            run, fmt::join(found, ", ")));
  }
  constexpr std::size_t kShown = 5;
  const auto first = names.end() - static_cast<std::ptrdiff_t>(std::min(names.size(), kShown));
  throw Error(
      ErrorCode::not_found,
      fmt::format("data set '{}' has no run '{}', its latest are: {}; name one of those there are, "
                  "or current",
                  dataset, run,
                  names.empty() ? "none" : fmt::format("{}", fmt::join(first, names.end(), ", "))));
}

}  // namespace

json find_run(const Repository& repository, const std::string& dataset, const std::string& run) {
  repository.require_dataset(dataset);
  const std::string name =
      run == "current" ? current_name(repository, dataset) : full_name(repository, dataset, run);
  const std::string key = Repository::run_key(dataset, name, "manifest.json");
  json manifest = repository.read_json(key);
  if (!manifest.is_object()) {
    throw Error(ErrorCode::bad_data, fmt::format("'{}' is damaged: it is no object", key));
  }
  return manifest;
}

bool has_results(const json& manifest) {
  const auto status = manifest.at("status").get<std::string>();
  return status != "failed" && status != "cancelled";
}

json panel_in(const json& manifest, const std::string& name) {
  if (manifest.is_null()) return nullptr;
  for (const json& panel : manifest.at("panels")) {
    if (panel.at("panel") == name) return panel;
  }
  return nullptr;
}

std::string run_of_table(const json& manifest, const std::string& table) {
  const std::string proven_by = manifest.value("proven_by", "");
  if (table == "backtest" && !proven_by.empty()) return proven_by;
  return manifest.at("run").get<std::string>();
}

}  // namespace forecart
