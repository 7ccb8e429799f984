#pragma once

#include "store/store.h"
#include "table/table.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// The forecasts of a run in memory, to be found by series at once. What is the same in many rows
/// (times, panels, ids) is kept once. Nothing changes in it; safe for several threads.
class ForecastIndex {
 public:
  /// Reads runs/<dataset>/<run>/forecasts.parquet. Throws Error not_found where there is none,
  /// bad_data where it is no table of forecasts.
  static std::shared_ptr<const ForecastIndex> read(const ObjectStore& store,
                                                   const std::string& dataset,
                                                   const std::string& run);

  struct Series {
    std::string id;
    std::size_t first = 0;  ///< row
    std::size_t rows = 0;
  };
  struct Panel {
    std::string name;
    std::vector<Series> series;  ///< by id
    bool names_persons = false;  ///< an id of them may (names_person)
  };

  const std::vector<Panel>& panels() const { return panels_; }
  /// Null where there is none.
  const Panel* panel(std::string_view name) const;
  /// Of a panel; null where there is none.
  static const Series* series(const Panel& panel, std::string_view id);

  /// `<Model>, <Model>-lo-80, ...`: as the table has them.
  const std::vector<std::string>& columns() const { return columns_; }
  /// The time of a row.
  const std::string& ds(std::size_t row) const { return times_[time_of_row_[row]]; }
  double value(std::size_t column, std::size_t row) const { return values_[column][row]; }
  /// Whether a column says anything of these rows: others are of models of other panels.
  bool has_values(std::size_t column, const Series& series) const;

  /// About so many bytes of memory.
  std::size_t bytes() const;

 private:
  class Reader;
  ForecastIndex() = default;

  std::vector<Panel> panels_;
  std::vector<std::string> columns_;
  std::vector<std::vector<double>> values_;  ///< by column
  std::vector<std::string> times_;
  std::vector<std::uint32_t> time_of_row_;
};

/// Forecasts of one series as JSON:
/// `{"panel":..,"unique_id":..,"ds":[..],"values":{"<Model>":[..],"<Model>-lo-80":[..]}}`; what is
/// not known is null.
std::string series_json(const ForecastIndex& index, const ForecastIndex::Panel& panel,
                        const ForecastIndex::Series& series);

/// The same as a table: `unique_id, ds, <Model>, ...`.
Table series_table(const ForecastIndex& index, const ForecastIndex::Series& series);

}  // namespace forecart
