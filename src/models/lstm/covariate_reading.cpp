#include "models/lstm/covariate_reading.h"

#include "models/lstm/binary.h"
#include "models/saved_state.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <iterator>
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
/// Categories of a column that are told apart; all others are one.
constexpr std::size_t kMostCategories = 1000;
constexpr std::size_t kMostColumns = 10'000;

/// Share of the known cells of a column that may be zero where its changes are counted in shares.
constexpr double kFewZeros = 0.05;

/// A column as it is read, before its unit is known.
CovariateColumn kind_of(Index at, const std::vector<CovariateRows>& rows) {
  double known = 0;
  double zeros = 0;
  double ones = 0;
  bool negative = false;
  for (const CovariateRows& own : rows) {
    for (const double value : own.col(at)) {
      known += std::isnan(value) ? 0 : 1;
      zeros += value == 0 ? 1 : 0;
      ones += value == 1 ? 1 : 0;
      negative = negative || value < 0;
    }
  }
  CovariateColumn column;
  column.as_is = zeros + ones == known;
  column.relative = !column.as_is && !negative && zeros <= kFewZeros * known;
  return column;
}

/// Root mean square of the changes of a column against the usual value of each series.
double unit_of(const CovariateColumn& column, Index at, const std::vector<CovariateRows>& rows) {
  double squares = 0;
  double count = 0;
  for (const CovariateRows& own : rows) {
    const double usual = usual_value(own, at, own.rows());
    for (const double value : own.col(at)) {
      if (std::isnan(value)) continue;
      const double change = column.change(value, usual);
      squares += change * change;
      ++count;
    }
  }
  const double unit = std::sqrt(squares / std::max(count, 1.0));
  return unit > 0 && std::isfinite(unit) ? unit : 1;
}

FixedColumn fixed_column(const StaticColumn& column, std::span<const double> cells) {
  FixedColumn result{column.categories};
  if (!column.categories.empty()) {
    result.categories.resize(std::min(result.categories.size(), kMostCategories));
    return result;
  }
  std::vector<double> known;
  std::copy_if(cells.begin(), cells.end(), std::back_inserter(known),
               [](double cell) { return !std::isnan(cell); });
  if (known.empty()) return result;
  const Eigen::Map<const Eigen::ArrayXd> numbers(known.data(), std::ssize(known));
  result.centre = numbers.mean();
  const double variance = (numbers - result.centre).square().mean();
  if (variance > 0 && std::isfinite(variance)) result.unit = std::sqrt(variance);
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

double usual_value(const CovariateRows& rows, Index column, Index count) {
  double sum = 0;
  double known = 0;
  for (Index i = 0; i < count; ++i) {
    if (std::isnan(rows(i, column))) continue;
    sum += rows(i, column);
    ++known;
  }
  return known > 0 ? sum / known : std::numeric_limits<double>::quiet_NaN();
}

double CovariateColumn::change(double value, double usual) const {
  if (std::isnan(value) || std::isnan(usual) || (relative && !(usual > 0))) return 0;
  return relative ? value / usual - 1 : value - usual;
}

float CovariateColumn::encoded(double value, double usual) const {
  const double read = as_is ? (std::isnan(value) ? 0 : value) : change(value, usual) / unit;
  return static_cast<float>(std::clamp(read, -kMostUnits, kMostUnits));
}

bool CovariateReading::reads_like(const CovariateReading& other) const {
  const auto same_column = [](const CovariateColumn& a, const CovariateColumn& b) {
    return a.as_is == b.as_is && a.relative == b.relative;
  };
  const auto same_fixed = [](const FixedColumn& a, const FixedColumn& b) {
    return a.categories == b.categories;
  };
  return plan == other.plan &&
         std::equal(columns.begin(), columns.end(), other.columns.begin(), other.columns.end(),
                    same_column) &&
         std::equal(fixed.begin(), fixed.end(), other.fixed.begin(), other.fixed.end(), same_fixed);
}

CovariateReading CovariateReading::learn(const Covariates& covariates,
                                         std::span<const Stretch> stretches) {
  CovariateReading reading;
  Bucket end = std::numeric_limits<Bucket>::min();
  for (const Stretch& stretch : stretches) end = std::max(end, stretch.to);
  reading.plan = plan_covariates(covariates, end);
  std::vector<CovariateRows> rows;
  const std::size_t count = std::min(stretches.size(), kMostSeries);
  for (std::size_t i = 0; i < count; ++i) {
    const Stretch& own = stretches[i * stretches.size() / count];
    rows.push_back(covariate_rows(reading.plan, covariates, own.id, own.from, own.to));
  }
  for (Index c = 0; c < reading.plan.columns(); ++c) {
    CovariateColumn column = kind_of(c, rows);
    if (!column.as_is) column.unit = unit_of(column, c, rows);
    reading.columns.push_back(column);
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
  const auto& given = covariates.statics.columns;
  for (std::size_t i = 0; i < fixed.size(); ++i) {
    const FixedColumn& column = fixed[i];
    const auto at = std::find_if(given.begin(), given.end(), [&](const StaticColumn& other) {
      return other.name == plan.fixed[i];
    });
    if (column.categories.empty()) {
      // a column of words instead of numbers is not known
      const bool known = at != given.end() && at->categories.empty() && !std::isnan(cells[i]);
      const double number = known ? (cells[i] - column.centre) / column.unit : 0;
      result.numbers.push_back(static_cast<float>(std::clamp(number, -kMostUnits, kMostUnits)));
      continue;
    }
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
