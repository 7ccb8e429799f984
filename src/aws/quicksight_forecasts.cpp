#include "aws/quicksight_forecasts.h"

#include "pipeline/dataset_panel.h"
#include "pipeline/forecast_index.h"
#include "pipeline/overrides.h"
#include "pipeline/sales.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace forecart {

namespace {

constexpr std::int64_t kHistories = 8;  // horizons of sales
constexpr std::size_t kBlockRows = 20'000;
constexpr std::array<const char*, 6> kNumbers{"actual", "forecast", "lo_80",
                                              "hi_80",  "lo_95",    "hi_95"};
constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

/// Rows as they come.
class Rows {
 public:
  void add(const std::string& panel, const std::string& id, const std::string& ds,
           const std::string& model, const std::array<double, kNumbers.size()>& numbers) {
    const std::array<const std::string*, 4> given{&panel, &id, &ds, &model};
    for (std::size_t i = 0; i < given.size(); ++i) texts_[i].push_back(*given[i]);
    for (std::size_t i = 0; i < numbers.size(); ++i) numbers_[i].push_back(numbers[i]);
  }

  std::size_t size() const { return texts_[0].size(); }

  Table table(const std::string& run) && {
    const std::array<const char*, 4> names{"panel", "unique_id", "ds", "model"};
    std::vector<Column> columns;
    const std::vector<std::string> runs(size(), run);
    for (std::size_t i = 0; i < names.size(); ++i) columns.push_back({names[i], texts_[i]});
    for (std::size_t i = 0; i < kNumbers.size(); ++i) columns.push_back({kNumbers[i], numbers_[i]});
    columns.push_back({"run", runs});
    return Table(std::move(columns));
  }

 private:
  std::array<std::vector<std::string>, 4> texts_;
  std::array<std::vector<double>, kNumbers.size()> numbers_;
};

/// Where the forecasts of a model stand in a run's table.
struct ModelColumns {
  std::string model;
  std::size_t mean = 0;
  std::array<std::optional<std::size_t>, 4> bounds{};  ///< lo-80, hi-80, lo-95, hi-95
};

std::vector<ModelColumns> models_of(const std::vector<std::string>& columns) {
  const auto is_part = [](const std::string& name) {
    return name.find("-lo-") != std::string::npos || name.find("-hi-") != std::string::npos ||
           name.ends_with("-demand");
  };
  std::vector<ModelColumns> models;
  for (std::size_t at = 0; at < columns.size(); ++at) {
    if (is_part(columns[at])) continue;
    ModelColumns model{.model = columns[at], .mean = at};
    for (std::size_t i = 0; i < model.bounds.size(); ++i) {
      constexpr std::array kEnds{"-lo-80", "-hi-80", "-lo-95", "-hi-95"};
      const auto found = std::ranges::find(columns, model.model + kEnds[i]);
      if (found != columns.end()) {
        model.bounds[i] = static_cast<std::size_t>(found - columns.begin());
      }
    }
    models.push_back(std::move(model));
  }
  return models;
}

class Forecasts {
 public:
  Forecasts(const Repository& repository, std::string dataset, std::string run)
      : repository_(repository),
        dataset_(std::move(dataset)),
        run_(std::move(run)),
        config_(read_config(repository, dataset_)),
        index_(ForecastIndex::read(repository.store(), dataset_, run_)),
        models_(models_of(index_->columns())) {
    read_ledger();
    for (Override& one : read_overrides(repository, dataset_)) {
      overrides_[{one.panel, one.unique_id}].push_back(std::move(one));
    }
  }

  std::optional<Table> next() {
    Rows rows;
    while (panel_ < index_->panels().size() && rows.size() < kBlockRows) {
      const ForecastIndex::Panel& panel = index_->panels()[panel_];
      if (series_ == 0) begin(panel);
      if (panel.names_persons || series_ == panel.series.size()) {
        ++panel_;
        series_ = 0;
        continue;
      }
      add(panel, panel.series[series_++], rows);
    }
    if (rows.size() == 0 && any_) return std::nullopt;
    any_ = true;
    return std::move(rows).table(run_);
  }

 private:
  using Key = std::pair<std::string, std::string>;  ///< panel and id

  void read_ledger() {
    const FetchedFile file(repository_.store(),
                           Repository::run_key(dataset_, run_, "ledger.parquet"));
    const Table ledger = read_table(file.path());
    const auto panels = ledger.texts("panel");
    const auto ids = ledger.texts("unique_id");
    const auto best = ledger.texts("best_model");
    for (std::size_t row = 0; row < ids.size(); ++row) best_[{panels[row], ids[row]}] = best[row];
  }

  /// Cuts the sales of a panel, if the data set still has it.
  void begin(const ForecastIndex::Panel& panel) {
    sales_.reset();
    if (panel.names_persons) return;
    const auto declared = std::ranges::find(config_.panels, panel.name, &PanelConfig::name);
    if (declared == config_.panels.end()) return;
    const std::vector<std::string> hashes = input_hashes(repository_, dataset_);
    sales_ = cut_panel(repository_, dataset_, hashes, *declared, false).panel;
    history_ = kHistories * declared->horizon;
  }

  void add(const ForecastIndex::Panel& panel, const ForecastIndex::Series& series,
           Rows& rows) const {
    add_history(panel.name, series.id, rows);
    const ModelColumns* const model = model_of(panel, series);
    if (model == nullptr) return;
    const std::vector<double> values = final_values(panel, series, *model);
    for (std::size_t i = 0; i < series.rows; ++i) {
      const std::size_t row = series.first + i;
      std::array<double, kNumbers.size()> numbers{kMissing, values[i]};
      for (std::size_t bound = 0; bound < model->bounds.size(); ++bound) {
        const auto& column = model->bounds[bound];
        numbers[2 + bound] = column ? index_->value(*column, row) : kMissing;
      }
      rows.add(panel.name, series.id, index_->ds(row), model->model, numbers);
    }
  }

  void add_history(const std::string& panel, const std::string& id, Rows& rows) const {
    const auto at = sales_ ? sales_->find(id) : -1;
    if (at < 0) return;
    const SeriesView view = (*sales_)[at];
    const std::int64_t size = std::ssize(view.values);
    for (std::int64_t i = std::max<std::int64_t>(0, size - history_); i < size; ++i) {
      std::array<double, kNumbers.size()> numbers{};
      numbers.fill(kMissing);
      numbers[0] = view.values[static_cast<std::size_t>(i)];
      rows.add(panel, id, sales_->calendar().label(view.first + i), "", numbers);
    }
  }

  /// The best one, or it made to add up ("Theta/auto"); the first where none was proven.
  const ModelColumns* model_of(const ForecastIndex::Panel& panel,
                               const ForecastIndex::Series& series) const {
    const auto known = best_.find({panel.name, series.id});
    const std::string best = known == best_.end() ? "" : known->second;
    const ModelColumns* first = nullptr;
    const ModelColumns* summed = nullptr;
    for (const ModelColumns& model : models_) {
      if (!index_->has_values(model.mean, series)) continue;
      if (model.model == best) return &model;
      if (first == nullptr) first = &model;
      if (summed == nullptr && model.model.starts_with(best + "/")) summed = &model;
    }
    return summed != nullptr ? summed : first;
  }

  std::vector<double> final_values(const ForecastIndex::Panel& panel,
                                   const ForecastIndex::Series& series,
                                   const ModelColumns& model) const {
    std::vector<double> values;
    std::vector<std::string> ds;
    for (std::size_t row = series.first; row < series.first + series.rows; ++row) {
      values.push_back(index_->value(model.mean, row));
      ds.push_back(index_->ds(row));
    }
    const auto changes = overrides_.find({panel.name, series.id});
    if (changes == overrides_.end()) return values;
    for (const Override& one : changes->second) apply(one, ds, values);
    return values;
  }

  const Repository& repository_;
  std::string dataset_;
  std::string run_;
  DatasetConfig config_;
  std::shared_ptr<const ForecastIndex> index_;
  std::vector<ModelColumns> models_;
  std::map<Key, std::string> best_;
  std::map<Key, std::vector<Override>> overrides_;
  std::optional<Panel> sales_;  ///< of the panel that is written now
  std::int64_t history_ = 0;    ///< buckets of it
  std::size_t panel_ = 0;       ///< that is written now
  std::size_t series_ = 0;      ///< of it, that comes next
  bool any_ = false;            ///< a block was given
};

}  // namespace

TableBlocks quicksight_forecasts(const Repository& repository, const std::string& dataset,
                                 const std::string& run) {
  const auto forecasts = std::make_shared<Forecasts>(repository, dataset, run);
  return [forecasts] { return forecasts->next(); };
}

}  // namespace forecart
