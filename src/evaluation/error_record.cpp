#include "evaluation/error_record.h"

#include "models/saved_state.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <map>

namespace forecart {

namespace {

using Eigen::Index;

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

double error_of(const SeriesForecast& said, Index step, const SeriesView& came) {
  const Bucket bucket = said.first + step;
  if (bucket < came.first || bucket >= came.end()) return kMissing;
  return came.values[static_cast<std::size_t>(bucket - came.first)] - said.distribution->mean(step);
}

}  // namespace

void ErrorRecord::add(const Forecast& said, const Panel& came) {
  const Index before = points_;
  points_ += said.horizon;
  for (const SeriesForecast& series : said.series) {
    auto& own = errors_[series.id];
    own.resize(static_cast<std::size_t>(before), kMissing);
    const Index at = came.find(series.id);
    for (Index step = 0; step < said.horizon; ++step) {
      own.push_back(at < 0 ? kMissing : error_of(series, step, came[at]));
    }
  }
  for (auto& [id, own] : errors_) own.resize(static_cast<std::size_t>(points_), kMissing);
  forget_oldest();
}

void ErrorRecord::forget_oldest() {
  const Index old = points_ - kMostPoints;
  if (old <= 0) return;
  for (auto& [id, own] : errors_) own.erase(own.begin(), own.begin() + old);
  points_ = kMostPoints;
}

Eigen::MatrixXd ErrorRecord::errors_of(const std::vector<std::string>& ids) const {
  Eigen::MatrixXd result = Eigen::MatrixXd::Constant(std::ssize(ids), points_, kMissing);
  for (Index i = 0; i < result.rows(); ++i) {
    const auto found = errors_.find(ids[static_cast<std::size_t>(i)]);
    if (found == errors_.end()) continue;
    result.row(i) = Eigen::Map<const Eigen::RowVectorXd>(found->second.data(), points_);
  }
  return result;
}

nlohmann::json ErrorRecord::save() const {
  const std::map<std::string, std::vector<double>> sorted(errors_.begin(), errors_.end());
  nlohmann::json rows = nlohmann::json::array();
  for (const auto& [id, own] : sorted) rows.push_back({id, numbers_or_null(own)});
  return {{"points", points_}, {"series", std::move(rows)}};
}

ErrorRecord ErrorRecord::load(const nlohmann::json& state) {
  ErrorRecord record;
  record.points_ = whole_number(state, "points", 0, kMostPoints);
  for (const nlohmann::json& row : state.at("series")) {
    auto& own = record.errors_[row.at(0).get<std::string>()];
    own.clear();
    for (const nlohmann::json& value : row.at(1)) own.push_back(number_or_missing(value));
    if (std::ssize(own) != record.points_) refuse_state("errors", "series");
  }
  return record;
}

}  // namespace forecart
