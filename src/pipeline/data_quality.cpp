#include "pipeline/data_quality.h"

#include "base/error.h"
#include "pipeline/dataset_panel.h"
#include "pipeline/find_run.h"
#include "table/database.h"
#include "table/table_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <memory>
#include <optional>
#include <vector>

namespace forecart {

namespace {

using nlohmann::json;

constexpr std::size_t kMostGaps = 50;
constexpr std::size_t kMostLatest = 50;

/// A table of a run, to be asked.
struct RunTable {
  std::shared_ptr<const FetchedFile> file;

  std::string of_panel(const std::string& panel) const {
    return fmt::format("read_parquet({}) WHERE panel = {}", sql_literal(file->path().string()),
                       sql_literal(panel));
  }
};

RunTable table_of(RunShelf& shelf, const json& manifest, const std::string& table) {
  return {shelf.file(manifest.at("dataset").get<std::string>(),
                     manifest.at("run").get<std::string>(), table + ".parquet")};
}

/// What the ledger says, added up.
void tell_ledger(RunShelf& shelf, const json& manifest, const std::string& panel, json& told) {
  const RunTable ledger = table_of(shelf, manifest, "ledger");
  const Table sums = shared_database().query(fmt::format(
      "SELECT count(*) AS series, coalesce(sum(rows_used), 0)::BIGINT AS buckets, "
      "coalesce(sum(masked), 0)::BIGINT AS masked, coalesce(sum(outliers), 0)::BIGINT AS outliers, "
      "coalesce(sum(level_shifts), 0)::BIGINT AS level_shifts FROM {}",
      ledger.of_panel(panel)));
  for (const char* name : {"series", "buckets", "masked", "outliers", "level_shifts"}) {
    told[name] = sums.integers(name).front();
  }
}

/// Runs of before that table have none.
void tell_latest(RunShelf& shelf, const json& manifest, const std::string& panel, json& told) {
  told["latest"] = json::array();
  if (!manifest.value("tables", json::object()).contains("disturbances")) return;
  const RunTable table = table_of(shelf, manifest, "disturbances");
  told["latest"] = rows_json(shared_database().query(
      fmt::format("SELECT * EXCLUDE (panel) FROM {} ORDER BY ds DESC, unique_id, kind LIMIT {}",
                  table.of_panel(panel), kMostLatest)));
}

json gap_json(const Panel& panel, Eigen::Index series, const SeriesGaps& gaps) {
  const SeriesView view = panel[series];
  return {
      {"unique_id", view.id},
      {"buckets", gaps.longest.size()},
      {"from", panel.calendar().label(gaps.longest.first)},
      {"to", panel.calendar().label(gaps.longest.end - 1)},
      {"count", gaps.count},
      {"empty_share", static_cast<double>(gaps.empty) / static_cast<double>(view.values.size())}};
}

/// Series with the longest gaps first.
json longest_gaps(const Panel& panel, const std::vector<SeriesGaps>& gaps) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < gaps.size(); ++i) {
    if (gaps[i].count > 0) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(), [&gaps](std::size_t a, std::size_t b) {
    return gaps[a].longest.size() > gaps[b].longest.size();
  });
  if (order.size() > kMostGaps) order.resize(kMostGaps);
  json list = json::array();
  for (const std::size_t i : order) {
    list.push_back(gap_json(panel, static_cast<Eigen::Index>(i), gaps[i]));
  }
  return list;
}

/// The panel as the run knew it, without the sums of its hierarchy; nothing where that takes too
/// long or the settings do not declare it.
std::optional<Panel> panel_for(const Repository& repository, const json& manifest,
                               const std::string& name) {
  if (panel_in(manifest, name).value("values", std::int64_t{0}) > kMostQuality) return std::nullopt;
  const auto dataset = manifest.at("dataset").get<std::string>();
  const DatasetConfig config = read_config(repository, dataset);
  const auto found = std::find_if(config.panels.begin(), config.panels.end(),
                                  [&name](const PanelConfig& one) { return one.name == name; });
  if (found == config.panels.end()) return std::nullopt;
  PanelConfig alone = *found;
  alone.hierarchy.clear();
  alone.levels.clear();
  const bool keep_partial = manifest.at("options").value("keep_partial", false);
  return cut_panel(repository, dataset, manifest.at("inputs").get<std::vector<std::string>>(),
                   alone, keep_partial)
      .panel;
}

void tell_gaps(const Repository& repository, const json& manifest, const std::string& name,
               json& told) {
  for (const char* key : {"empty", "empty_share", "gaps"}) told[key] = nullptr;
  const auto panel = panel_for(repository, manifest, name);
  if (!panel) return;
  std::vector<SeriesGaps> gaps;
  std::int64_t empty = 0;
  std::int64_t values = 0;
  for (Eigen::Index i = 0; i < panel->size(); ++i) {
    const SeriesView series = (*panel)[i];
    gaps.push_back(gaps_of(series));
    empty += gaps.back().empty;
    values += std::ssize(series.values);
  }
  told["empty"] = empty;
  told["empty_share"] = values > 0 ? static_cast<double>(empty) / static_cast<double>(values) : 0.0;
  told["gaps"] = longest_gaps(*panel, gaps);
}

}  // namespace

SeriesGaps gaps_of(const SeriesView& series) {
  SeriesGaps gaps;
  Gap gap;
  for (std::size_t i = 0; i < series.values.size(); ++i) {
    if (series.values[i] != 0) continue;
    const Bucket bucket = series.first + static_cast<Bucket>(i);
    ++gaps.empty;
    if (gaps.count == 0 || gap.end != bucket) {
      gap = {bucket, bucket};
      ++gaps.count;
    }
    gap.end = bucket + 1;
    if (gap.size() > gaps.longest.size()) gaps.longest = gap;
  }
  return gaps;
}

json data_quality(const Repository& repository, RunShelf& shelf, const json& manifest,
                  const std::string& panel) {
  const json made = panel_in(manifest, panel);
  if (made.is_null()) {
    throw Error(ErrorCode::unknown_name, fmt::format("the run has no panel '{}'", panel));
  }
  json told{{"panel", panel}, {"notes", made.value("notes", json::array())}};
  tell_ledger(shelf, manifest, panel, told);
  tell_latest(shelf, manifest, panel, told);
  tell_gaps(repository, manifest, panel, told);
  return told;
}

}  // namespace forecart
