#include "pipeline/earlier_run.h"

#include "store/store.h"

#include <fstream>
#include <functional>
#include <tuple>
#include <utility>

namespace forecart {

namespace {

using nlohmann::json;

/// Calls `visit` for each row of a table of the run, of which only one is in memory at a time.
void each_row(const Repository& repository, const json& manifest, const char* table,
              const std::function<void(const json&)>& visit) {
  const std::string key =
      Repository::run_key(manifest.at("dataset").get<std::string>(),
                          manifest.at("run").get<std::string>(), std::string(table) + ".json");
  if (!repository.store().exists(key)) return;
  const FetchedFile file(repository.store(), key);
  std::ifstream rows(file.path());
  const auto take = [&visit](int depth, json::parse_event_t event, json& value) {
    if (depth != 1 || event != json::parse_event_t::object_end) return true;
    visit(value);
    return false;  // is not kept
  };
  std::ignore = json::parse(rows, take);
}

}  // namespace

const EarlierPanel& EarlierRun::panel(const std::string& panel) const {
  static const EarlierPanel kUnknown;
  const auto found = panels.find(panel);
  return found == panels.end() ? kUnknown : found->second;
}

EarlierRun read_earlier_run(const Repository& repository, json manifest) {
  EarlierRun run{std::move(manifest), json::array()};
  each_row(repository, run.manifest, "ledger", [&](const json& row) {
    EarlierPanel& panel = run.panels[row.at("panel").get<std::string>()];
    const auto id = row.at("unique_id").get<std::string>();
    panel.histories[id] = {row.at("history").get<std::string>(),
                           row.at("history_values").get<std::int64_t>()};
    panel.best[id] = row.at("best_model").get<std::string>();
  });
  each_row(repository, run.manifest, "retraining", [&](const json& row) {
    EarlierPanel& panel = run.panels[row.at("panel").get<std::string>()];
    panel.costs[row.at("model").get<std::string>()][row.at("unique_id").get<std::string>()] = {
        row.at("search_seconds").get<double>(), row.at("estimate_seconds").get<double>()};
  });
  each_row(repository, run.manifest, "leaderboard",
           [&](const json& row) { run.leaderboard.push_back(row); });
  return run;
}

}  // namespace forecart
