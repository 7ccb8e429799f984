#include "pipeline/status.h"

#include <set>
#include <string>

#include "pipeline/repository.h"

namespace forecart {

namespace {

using nlohmann::json;

/// Content hashes the current run has seen.
std::set<std::string> seen_by(const Repository& repository, const std::optional<json>& current) {
  std::set<std::string> seen;
  if (!current) return seen;
  const json manifest = repository.read_json(current->at("manifest").get<std::string>());
  for (const json& input : manifest.at("inputs")) seen.insert(input.get<std::string>());
  return seen;
}

/// The last run, if it failed: {run, code, message}.
json last_failure(const std::vector<json>& runs) {
  if (runs.empty() || runs.back().value("status", "") != "failed") return nullptr;
  json failure = runs.back().at("error");
  failure["run"] = runs.back().at("run");
  return failure;
}

json dataset_status(const Repository& repository, const std::string& dataset) {
  const auto current = repository.current(dataset);
  const auto seen = seen_by(repository, current);
  const auto uploads = repository.uploads(dataset);
  std::int64_t rows = 0;
  bool all_seen = true;
  json first = nullptr;
  json last = nullptr;
  for (const json& upload : uploads) {
    const json& counts = upload.at("counts");
    rows += counts.at("rows_accepted").get<std::int64_t>();
    if (first.is_null() || counts.at("first") < first) first = counts.at("first");
    if (last.is_null() || counts.at("last") > last) last = counts.at("last");
    for (const json& file : upload.at("files")) {
      all_seen = all_seen && seen.contains(file.at("hash").get<std::string>());
    }
  }
  const char* const next = uploads.empty() ? "ingest" : all_seen ? "nothing" : "run";
  return {{"dataset", dataset},
          {"uploads", uploads.size()},
          {"rows_accepted", rows},
          {"first", first},
          {"last", last},
          {"current_run", current ? current->at("run") : json(nullptr)},
          {"last_failure", last_failure(repository.runs(dataset))},
          {"next", next}};
}

}  // namespace

json repository_status(const std::filesystem::path& location) {
  const Repository repository = Repository::open(location);
  json datasets = json::array();
  for (const std::string& dataset : repository.datasets()) {
    datasets.push_back(dataset_status(repository, dataset));
  }
  return {{"repository", location.string()}, {"datasets", std::move(datasets)}};
}

}  // namespace forecart
