#include "pipeline/forecast_index.h"

#include "base/error.h"
#include "pipeline/personal.h"
#include "pipeline/repository.h"
#include "table/database.h"
#include "table/number_text.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>

namespace forecart {

namespace {

constexpr std::array<std::string_view, 3> kKeyColumns{"panel", "unique_id", "ds"};

/// JSON text of a string.
std::string json_text(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

void append_number(std::string& text, double number) {
  text += std::isfinite(number) ? number_text(number) : "null";
}

}  // namespace

/// Takes the rows block by block.
class ForecastIndex::Reader {
 public:
  explicit Reader(ForecastIndex& index) : index_(index) {}

  void add(const Table& block) {
    if (index_.columns_.empty()) take_columns(block);
    const auto panels = block.texts("panel");
    const auto ids = block.texts("unique_id");
    const auto times = block.texts("ds");
    for (std::size_t row = 0; row < block.row_count(); ++row) {
      add_row(panels[row], ids[row]);
      index_.time_of_row_.push_back(time_code(times[row]));
    }
    for (std::size_t i = 0; i < index_.columns_.size(); ++i) {
      const std::vector<double> numbers = block.numbers(index_.columns_[i]);
      index_.values_[i].insert(index_.values_[i].end(), numbers.begin(), numbers.end());
    }
  }

  void finish() {
    for (Panel& panel : index_.panels_) {
      std::sort(panel.series.begin(), panel.series.end(),
                [](const Series& a, const Series& b) { return a.id < b.id; });
      panel.series.shrink_to_fit();
    }
    for (auto& values : index_.values_) values.shrink_to_fit();
  }

 private:
  void take_columns(const Table& block) {
    for (const std::string& name : block.names()) {
      const bool key = std::find(kKeyColumns.begin(), kKeyColumns.end(), name) != kKeyColumns.end();
      if (!key) index_.columns_.push_back(name);
    }
    index_.values_.resize(index_.columns_.size());
  }

  /// Rows of a series stand together.
  void add_row(const std::string& panel, const std::string& id) {
    auto& panels = index_.panels_;
    if (panels.empty() || panels.back().name != panel)
      panels.push_back({.name = panel, .series = {}});
    auto& series = panels.back().series;
    if (series.empty() || series.back().id != id) {
      series.push_back({id, index_.time_of_row_.size(), 0});
      panels.back().names_persons = panels.back().names_persons || names_person(id);
    }
    ++series.back().rows;
  }

  std::uint32_t time_code(const std::string& time) {
    const auto [place, is_new] =
        codes_.try_emplace(time, static_cast<std::uint32_t>(index_.times_.size()));
    if (is_new) index_.times_.push_back(time);
    return place->second;
  }

  ForecastIndex& index_;
  std::unordered_map<std::string, std::uint32_t> codes_;
};

std::shared_ptr<const ForecastIndex> ForecastIndex::read(const ObjectStore& store,
                                                         const std::string& dataset,
                                                         const std::string& run) {
  const FetchedFile file(store, Repository::run_key(dataset, run, "forecasts.parquet"));
  const std::shared_ptr<ForecastIndex> index(new ForecastIndex());
  Reader reader(*index);
  auto rows = shared_database().cursor(
      fmt::format("SELECT * FROM read_parquet({})", sql_literal(file.path().string())));
  for (Table block; rows.next(block);) reader.add(block);
  reader.finish();
  return index;
}

const ForecastIndex::Panel* ForecastIndex::panel(std::string_view name) const {
  const auto found = std::find_if(panels_.begin(), panels_.end(),
                                  [name](const Panel& panel) { return panel.name == name; });
  return found == panels_.end() ? nullptr : &*found;
}

const ForecastIndex::Series* ForecastIndex::series(const Panel& panel, std::string_view id) {
  const auto found = std::lower_bound(
      panel.series.begin(), panel.series.end(), id,
      [](const Series& series, std::string_view text) { return series.id < text; });
  return found == panel.series.end() || found->id != id ? nullptr : &*found;
}

bool ForecastIndex::has_values(std::size_t column, const Series& series) const {
  const auto begin = values_[column].begin() + static_cast<std::ptrdiff_t>(series.first);
  return std::any_of(begin, begin + static_cast<std::ptrdiff_t>(series.rows),
                     [](double value) { return !std::isnan(value); });
}

std::size_t ForecastIndex::bytes() const {
  std::size_t bytes = time_of_row_.size() * (sizeof(std::uint32_t) + columns_.size() * 8);
  for (const Panel& panel : panels_) {
    for (const Series& series : panel.series) bytes += sizeof(Series) + series.id.capacity();
  }
  return bytes;
}

std::string series_json(const ForecastIndex& index, const ForecastIndex::Panel& panel,
                        const ForecastIndex::Series& series) {
  std::string text = fmt::format("{{\"panel\":{},\"unique_id\":{},\"ds\":[", json_text(panel.name),
                                 json_text(series.id));
  for (std::size_t i = 0; i < series.rows; ++i) {
    if (i > 0) text += ',';
    text += json_text(index.ds(series.first + i));
  }
  text += "],\"values\":{";
  bool first = true;
  for (std::size_t column = 0; column < index.columns().size(); ++column) {
    if (!index.has_values(column, series)) continue;
    if (!first) text += ',';
    first = false;
    text += json_text(index.columns()[column]) + ":[";
    for (std::size_t i = 0; i < series.rows; ++i) {
      if (i > 0) text += ',';
      append_number(text, index.value(column, series.first + i));
    }
    text += ']';
  }
  return text + "}}";
}

Table series_table(const ForecastIndex& index, const ForecastIndex::Series& series) {
  std::vector<std::string> times;
  for (std::size_t i = 0; i < series.rows; ++i) times.push_back(index.ds(series.first + i));
  Table table;
  table.add("unique_id", std::vector<std::string>(series.rows, series.id));
  table.add("ds", std::move(times));
  for (std::size_t column = 0; column < index.columns().size(); ++column) {
    if (!index.has_values(column, series)) continue;
    std::vector<double> values;
    for (std::size_t i = 0; i < series.rows; ++i) {
      values.push_back(index.value(column, series.first + i));
    }
    table.add(index.columns()[column], std::move(values));
  }
  return table;
}

}  // namespace forecart
