#include "models/sarima/regression.h"

#include "models/saved_state.h"

#include <nlohmann/json.hpp>

#include <array>
#include <cmath>

namespace forecart::sarima {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using nlohmann::json;

constexpr std::array<const char*, 4> kKindNames{"mean", "drift", "regressor", "wave"};
constexpr double kLongestPeriod = 1e9;

TermKind parse_kind(const std::string& name) {
  const auto* const at = std::find(kKindNames.begin(), kKindNames.end(), name);
  if (at == kKindNames.end()) refuse_state("ARIMA", "kind of a regression column");
  return static_cast<TermKind>(at - kKindNames.begin());
}

json number_or_null(double value) {
  return std::isfinite(value) ? json(value) : json();
}

json save_column(const RegressionColumn& column) {
  json result = {{"kind", kKindNames.at(static_cast<std::size_t>(column.kind))},
                 {"name", column.name},
                 {"centre", column.centre},
                 {"coefficient", column.coefficient},
                 {"standard_error", number_or_null(column.standard_error)}};
  if (column.kind == TermKind::wave) {
    result["period"] = column.wave.period;
    result["harmonic"] = column.wave.harmonic;
    result["sine"] = column.wave.sine;
  }
  return result;
}

Wave load_wave(const json& state) {
  Wave wave;
  wave.period = state.at("period").get<double>();
  if (!(wave.period > 1 && wave.period <= kLongestPeriod)) refuse_state("ARIMA", "period");
  wave.harmonic = static_cast<int>(whole_number(state, "harmonic", 1, INT32_MAX));
  wave.sine = state.at("sine").get<bool>();
  return wave;
}

RegressionColumn load_column(const json& state) {
  RegressionColumn column;
  column.kind = parse_kind(state.at("kind").get<std::string>());
  column.name = state.at("name").get<std::string>();
  column.centre = state.at("centre").get<double>();
  column.coefficient = state.at("coefficient").get<double>();
  if (!state.at("standard_error").is_null()) {
    column.standard_error = state.at("standard_error").get<double>();
  }
  if (column.kind == TermKind::wave) column.wave = load_wave(state);
  return column;
}

std::string explained_by(const RegressionColumn& column) {
  switch (column.kind) {
    case TermKind::mean:
      return std::string(kLevel);
    case TermKind::drift:
      return std::string(kTrend);
    case TermKind::regressor:
      break;
    case TermKind::wave:
      return season_part(column.wave.period);
  }
  return column.name;
}

}  // namespace

Regression::Regression(std::vector<RegressionColumn> columns) : columns_(std::move(columns)) {
  for (const RegressionColumn& column : columns_) {
    if (column.kind == TermKind::regressor) needs_.push_back(column.name);
  }
}

MatrixXd Regression::values(const Stretch& at, const MatrixXd& x) const {
  MatrixXd result(at.count, size());
  Index regressor = 0;
  for (Index c = 0; c < size(); ++c) {
    const RegressionColumn& column = columns_[static_cast<std::size_t>(c)];
    auto into = result.col(c);
    switch (column.kind) {
      case TermKind::mean:
        into.setOnes();
        break;
      case TermKind::drift:
        for (Index i = 0; i < at.count; ++i) into[i] = static_cast<double>(at.t + i);
        break;
      case TermKind::regressor:
        into = x.col(regressor++).head(at.count);
        break;
      case TermKind::wave:
        for (Index i = 0; i < at.count; ++i) into[i] = column.wave.at(at.bucket + i);
        break;
    }
  }
  return result;
}

VectorXd Regression::levels(const Stretch& at, const MatrixXd& x) const {
  VectorXd level = VectorXd::Zero(at.count);
  if (columns_.empty()) return level;
  const MatrixXd all = values(at, x);
  for (Index c = 0; c < size(); ++c) {
    const RegressionColumn& column = columns_[static_cast<std::size_t>(c)];
    level.array() += column.coefficient * (all.col(c).array() - column.centre);
  }
  return level;
}

Components Regression::components(const Stretch& at, const MatrixXd& x) const {
  Components result;
  const MatrixXd all = values(at, x);
  for (Index c = 0; c < size(); ++c) {
    const RegressionColumn& column = columns_[static_cast<std::size_t>(c)];
    result.add(explained_by(column), column.coefficient * (all.col(c).array() - column.centre));
  }
  return result;
}

double Regression::mean() const {
  double result = 0;
  double shift = 0;
  for (const RegressionColumn& column : columns_) {
    if (column.kind == TermKind::mean) result = column.coefficient;
    shift += column.coefficient * column.centre;
  }
  return columns_.empty() || columns_.front().kind != TermKind::mean ? 0 : result - shift;
}

json Regression::save() const {
  json result = json::array();
  for (const RegressionColumn& column : columns_) result.push_back(save_column(column));
  return result;
}

Regression Regression::load(const json& state) {
  std::vector<RegressionColumn> columns;
  for (const json& column : state) columns.push_back(load_column(column));
  return Regression(std::move(columns));
}

}  // namespace forecart::sarima
