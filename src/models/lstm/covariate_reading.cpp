#include "models/lstm/covariate_reading.h"

#include "models/lstm/binary.h"
#include "models/saved_state.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace forecart::lstm {

namespace {

using Eigen::Index;
using nlohmann::json;

/// Series that the usual size of a change is taken from.
constexpr std::size_t kMostSeries = 1000;
/// What is read lies within so many usual changes.
constexpr double kMostUnits = 8;
/// Numbers that a category is embedded as: at most so many, and about the root of how many there
/// are.
constexpr std::size_t kLargestEmbedding = 8;
constexpr std::size_t kMostCategories = 100'000;
constexpr std::size_t kMostColumns = 10'000;

/// Columns as they are, before units are known: changes are counted in the values' own units.
std::vector<CovariateColumn> kinds_of(const CovariatePlan& plan,
                                      const std::vector<CovariateRows>& rows) {
  std::vector<CovariateColumn> columns(static_cast<std::size_t>(plan.columns()));
  for (std::size_t c = 0; c < columns.size(); ++c) {
    columns[c].as_is = c < plan.relative.size() && !plan.relative[c];
    columns[c].relative = !columns[c].as_is;
    for (const CovariateRows& own : rows) {
      const auto column = own.col(static_cast<Index>(c)).array();
      if ((column < 0).any()) columns[c].relative = false;
    }
  }
  return columns;
}

double mean_of_known(const CovariateRows& rows, Index column) {
  double sum = 0;
  double count = 0;
  for (const double value : rows.col(column)) {
    if (std::isnan(value)) continue;
    sum += value;
    ++count;
  }
  return count > 0 ? sum / count : std::numeric_limits<double>::quiet_NaN();
}

/// Root mean square of the changes of a column against the mean of each series.
double unit_of(const CovariateColumn& column, Index at, const std::vector<CovariateRows>& rows) {
  double squares = 0;
  double count = 0;
  for (const CovariateRows& own : rows) {
    const double usual = mean_of_known(own, at);
    for (const double value : own.col(at)) {
      if (std::isnan(value)) continue;
      const double change = column.encoded(value, usual);
      squares += change * change;
      ++count;
    }
  }
  return squares > 0 ? std::sqrt(squares / count) : 1;
}

FixedColumn fixed_column(const StaticColumn& column, std::span<const double> cells) {
  FixedColumn result{column.categories};
  if (!column.categories.empty()) return result;
  double sum = 0;
  double squares = 0;
  double count = 0;
  for (const double cell : cells) {
    if (std::isnan(cell)) continue;
    sum += cell;
    squares += cell * cell;
    ++count;
  }
  if (count == 0) return result;
  result.centre = sum / count;
  const double variance = squares / count - result.centre * result.centre;
  if (variance > 0) result.unit = std::sqrt(variance);
  return result;
}

std::vector<FixedColumn> fixed_columns(const CovariatePlan& plan, const Covariates& covariates,
                                       std::span<const Stretch> stretches) {
  std::vector<std::vector<double>> cells(plan.fixed.size());
  for (const Stretch& stretch : stretches) {
    const std::vector<double> own = fixed_values(plan, covariates, stretch.id);
    for (std::size_t i = 0; i < own.size(); ++i) cells[i].push_back(own[i]);
  }
  std::vector<FixedColumn> result;
  for (std::size_t i = 0; i < plan.fixed.size(); ++i) {
    result.push_back(fixed_column(covariates.statics.columns[i], cells[i]));
  }
  return result;
}

/// 1 + the place of a cell's category among those learnt, 0 where it is none of them.
std::int32_t code_of(const FixedColumn& column, const StaticColumn& given, double cell) {
  if (!(cell >= 0) || cell >= static_cast<double>(given.categories.size())) return 0;
  const std::string& name = given.categories[static_cast<std::size_t>(cell)];
  const auto at = std::find(column.categories.begin(), column.categories.end(), name);
  return at == column.categories.end()
             ? 0
             : static_cast<std::int32_t>(at - column.categories.begin()) + 1;
}

double finite(const json& state, const char* key, double least) {
  const auto value = state.at(key).get<double>();
  if (!std::isfinite(value) || value < least) throw_bad_state(key);
  return value;
}

}  // namespace

float CovariateColumn::encoded(double value, double usual) const {
  if (std::isnan(value)) value = as_is ? 0 : usual;
  if (as_is) return static_cast<float>(std::clamp(value, -kMostUnits, kMostUnits));
  if (std::isnan(usual) || (relative && !(usual > 0))) return 0;
  const double change = relative ? value / usual - 1 : value - usual;
  return static_cast<float>(std::clamp(change / unit, -kMostUnits, kMostUnits));
}

CovariateReading CovariateReading::learn(const Covariates& covariates,
                                         std::span<const Stretch> stretches) {
  CovariateReading reading;
  reading.plan = plan_covariates(covariates);
  std::vector<CovariateRows> rows;
  const std::size_t count = std::min(stretches.size(), kMostSeries);
  for (std::size_t i = 0; i < count; ++i) {
    const Stretch& own = stretches[i * stretches.size() / count];
    rows.push_back(covariate_rows(reading.plan, covariates, own.id, own.from, own.to));
  }
  reading.columns = kinds_of(reading.plan, rows);
  for (std::size_t c = 0; c < reading.columns.size(); ++c) {
    CovariateColumn& column = reading.columns[c];
    if (!column.as_is) column.unit = unit_of(column, static_cast<Index>(c), rows);
  }
  reading.fixed = fixed_columns(reading.plan, covariates, stretches);
  return reading;
}

std::size_t CovariateReading::fixed_numbers() const {
  return static_cast<std::size_t>(
      std::count_if(fixed.begin(), fixed.end(),
                    [](const FixedColumn& column) { return column.categories.empty(); }));
}

std::vector<net::Embedding> CovariateReading::embeddings() const {
  std::vector<net::Embedding> result;
  for (const FixedColumn& column : fixed) {
    if (column.categories.empty()) continue;
    const double root = std::sqrt(static_cast<double>(column.categories.size()));
    const auto size =
        std::clamp<std::size_t>(static_cast<std::size_t>(std::ceil(root)), 2, kLargestEmbedding);
    result.push_back({column.categories.size() + 1, size});
  }
  return result;
}

FixedCells CovariateReading::fixed_cells(const Covariates& covariates, std::string_view id) const {
  const std::vector<double> cells = fixed_values(plan, covariates, id);
  FixedCells result;
  for (std::size_t i = 0; i < fixed.size(); ++i) {
    const FixedColumn& column = fixed[i];
    if (column.categories.empty()) {
      const double number = (cells[i] - column.centre) / column.unit;
      result.numbers.push_back(
          std::isnan(number) ? 0 : static_cast<float>(std::clamp(number, -kMostUnits, kMostUnits)));
      continue;
    }
    const auto& given = covariates.statics.columns;
    const auto at = std::find_if(given.begin(), given.end(), [&](const StaticColumn& other) {
      return other.name == plan.fixed[i];
    });
    result.codes.push_back(at == given.end() ? 0 : code_of(column, *at, cells[i]));
  }
  return result;
}

json CovariateReading::save() const {
  json rows = json::array();
  for (const CovariateColumn& column : columns) {
    rows.push_back({{"as_is", column.as_is}, {"relative", column.relative}, {"unit", column.unit}});
  }
  json cells = json::array();
  for (const FixedColumn& column : fixed) {
    cells.push_back(
        {{"categories", column.categories}, {"centre", column.centre}, {"unit", column.unit}});
  }
  json state = save_covariate_plan(plan);
  state["columns"] = std::move(rows);
  state["fixed_columns"] = std::move(cells);
  return state;
}

CovariateReading CovariateReading::load(const json& state) {
  CovariateReading reading;
  reading.plan = load_covariate_plan(state);
  for (const json& column : state.at("columns")) {
    reading.columns.push_back({column.at("as_is").get<bool>(), column.at("relative").get<bool>(),
                               finite(column, "unit", std::numeric_limits<double>::min())});
  }
  for (const json& column : state.at("fixed_columns")) {
    reading.fixed.push_back({column.at("categories").get<std::vector<std::string>>(),
                             finite(column, "centre", std::numeric_limits<double>::lowest()),
                             finite(column, "unit", std::numeric_limits<double>::min())});
    if (reading.fixed.back().categories.size() > kMostCategories) throw_bad_state("categories");
  }
  if (std::ssize(reading.columns) != reading.plan.columns() ||
      reading.fixed.size() != reading.plan.fixed.size() || reading.columns.size() > kMostColumns ||
      reading.fixed.size() > kMostColumns) {
    throw_bad_state("columns");
  }
  return reading;
}

}  // namespace forecart::lstm
