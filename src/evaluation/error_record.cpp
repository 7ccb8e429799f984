#include "evaluation/error_record.h"

#include "evaluation/comparison.h"
#include "models/saved_state.h"
#include "series/components.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <map>

namespace forecart {

namespace {

using Eigen::Index;

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();

}  // namespace

void ErrorRecord::add(const Forecast& said, const Panel& came) {
  const Index before = points();
  const Index origin = origins_.empty() ? 0 : origins_.back() + 1;
  origins_.insert(origins_.end(), static_cast<std::size_t>(said.horizon), origin);
  for (const SeriesForecast& series : said.series) {
    auto& errors = errors_[series.id];
    auto& means = means_[series.id];
    errors.resize(static_cast<std::size_t>(before), kMissing);
    means.resize(static_cast<std::size_t>(before), kMissing);
    const Index at = came.find(series.id);
    const Eigen::VectorXd own = at < 0 ? Eigen::VectorXd::Constant(said.horizon, kMissing)
                                       : errors_beside(came[at], series);
    errors.insert(errors.end(), own.begin(), own.end());
    const Eigen::VectorXd expected = forecart::means_of(*series.distribution);
    means.insert(means.end(), expected.begin(), expected.end());
  }
  for (Rows* rows : {&errors_, &means_}) {
    for (auto& [id, own] : *rows) own.resize(origins_.size(), kMissing);
  }
  forget_oldest();
}

Index ErrorRecord::longest_origin() const {
  Index longest = 0;
  for (auto from = origins_.begin(); from != origins_.end();) {
    const auto to = std::upper_bound(from, origins_.end(), *from);
    longest = std::max<Index>(longest, to - from);
    from = to;
  }
  return longest;
}

void ErrorRecord::forget_oldest() {
  const Index old = points() - kMostPoints;
  if (old <= 0) return;
  for (Rows* rows : {&errors_, &means_}) {
    for (auto& [id, own] : *rows) own.erase(own.begin(), own.begin() + old);
  }
  origins_.erase(origins_.begin(), origins_.begin() + old);
}

Eigen::MatrixXd ErrorRecord::errors_of(const std::vector<std::string>& ids) const {
  return rows_of(errors_, ids);
}

Eigen::MatrixXd ErrorRecord::means_of(const std::vector<std::string>& ids) const {
  return rows_of(means_, ids);
}

Eigen::MatrixXd ErrorRecord::rows_of(const Rows& rows, const std::vector<std::string>& ids) const {
  Eigen::MatrixXd result = Eigen::MatrixXd::Constant(std::ssize(ids), points(), kMissing);
  for (Index i = 0; i < result.rows(); ++i) {
    const auto found = rows.find(ids[static_cast<std::size_t>(i)]);
    if (found == rows.end()) continue;
    result.row(i) = Eigen::Map<const Eigen::RowVectorXd>(found->second.data(), points());
  }
  return result;
}

nlohmann::json ErrorRecord::save() const {
  const std::map<std::string, std::vector<double>> sorted(errors_.begin(), errors_.end());
  nlohmann::json rows = nlohmann::json::array();
  for (const auto& [id, own] : sorted) {
    rows.push_back({id, numbers_or_null(own), numbers_or_null(means_.at(id))});
  }
  return {{"origins", origins_}, {"series", std::move(rows)}};
}

ErrorRecord ErrorRecord::load(const nlohmann::json& state) {
  ErrorRecord record;
  record.origins_ = wholes<Index>(state.at("origins"));
  if (record.points() > kMostPoints) refuse_state("errors", "origins");
  for (const nlohmann::json& row : state.at("series")) {
    const auto id = row.at(0).get<std::string>();
    record.errors_[id] = record.numbers_of(row.at(1));
    record.means_[id] = record.numbers_of(row.at(2));
  }
  return record;
}

std::vector<double> ErrorRecord::numbers_of(const nlohmann::json& values) const {
  std::vector<double> numbers;
  for (const nlohmann::json& value : values) numbers.push_back(number_or_missing(value));
  if (std::ssize(numbers) != points()) refuse_state("errors", "series");
  return numbers;
}

}  // namespace forecart
