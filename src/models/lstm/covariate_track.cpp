#include "models/lstm/covariate_track.h"

#include "models/lstm/binary.h"
#include "models/saved_state.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace forecart::lstm {

using Eigen::Index;
using nlohmann::json;

CovariateTrack::CovariateTrack(const CovariateReading& reading, const Covariates& covariates,
                               const Stretch& stretch, Bucket learnt)
    : first_(stretch.from), fixed_(reading.fixed_cells(covariates, stretch.id)) {
  const CovariateRows rows =
      covariate_rows(reading.plan, covariates, stretch.id, stretch.from, stretch.to);
  const Index count = std::clamp<Index>(learnt - stretch.from, 0, rows.rows());
  for (Index c = 0; c < rows.cols(); ++c) usual_.push_back(usual_value(rows, c, count));
  rows_.resize(0, rows.cols());
  append(reading, rows);
}

void CovariateTrack::append(const CovariateReading& reading, const CovariateRows& rows) {
  const Index before = rows_.rows();
  rows_.conservativeResize(before + rows.rows(), Eigen::NoChange);
  for (Index i = 0; i < rows.rows(); ++i) {
    for (Index c = 0; c < rows_.cols(); ++c) {
      const auto column = static_cast<std::size_t>(c);
      const double value = c < rows.cols() ? rows(i, c) : std::numeric_limits<double>::quiet_NaN();
      rows_(before + i, c) = reading.columns[column].encoded(value, usual_[column]);
    }
  }
}

void CovariateTrack::forget(Bucket most) {
  const Index kept = std::min<Index>(rows_.rows(), most);
  first_ = end() - kept;
  rows_ = Rows(rows_.bottomRows(kept));
}

float CovariateTrack::at(Bucket bucket, std::size_t column) const {
  const bool inside = bucket >= first_ && bucket < end();
  return inside ? rows_(bucket - first_, static_cast<Index>(column)) : 0;
}

float CovariateTrack::mean(Bucket from, Bucket to, std::size_t column) const {
  float sum = 0;
  for (Bucket bucket = std::max(from, first_); bucket < std::min(to, end()); ++bucket) {
    sum += rows_(bucket - first_, static_cast<Index>(column));
  }
  return sum / static_cast<float>(to - from);
}

json CovariateTrack::save() const {
  return {{"rows", to_binary({rows_.data(), static_cast<std::size_t>(rows_.size())})},
          {"usual", numbers_or_null(usual_)},
          {"codes", fixed_.codes},
          {"numbers", to_binary(fixed_.numbers)}};
}

CovariateTrack CovariateTrack::load(const CovariateReading& reading, const json& state) {
  CovariateTrack track;
  for (const json& value : state.at("usual")) track.usual_.push_back(number_or_missing(value));
  track.fixed_.codes = wholes<std::int32_t>(state.at("codes"));
  const auto numbers = from_binary(state.at("numbers"));
  track.fixed_.numbers.assign(numbers.begin(), numbers.end());
  const auto rows = from_binary(state.at("rows"));
  const auto columns = static_cast<Index>(reading.per_bucket());
  const auto is_bad = [](float number) { return !std::isfinite(number); };
  if (std::ssize(track.usual_) != columns ||
      track.fixed_.numbers.size() != reading.fixed_numbers() ||
      std::any_of(numbers.begin(), numbers.end(), is_bad) ||
      std::any_of(rows.begin(), rows.end(), is_bad) ||
      (columns == 0 ? !rows.empty() : std::ssize(rows) % columns != 0)) {
    throw_bad_state("covariates");
  }
  const std::vector<net::Embedding> embeddings = reading.embeddings();
  if (track.fixed_.codes.size() != embeddings.size()) throw_bad_state("codes");
  for (std::size_t i = 0; i < embeddings.size(); ++i) {
    const std::int32_t code = track.fixed_.codes[i];
    if (code < 0 || std::cmp_greater_equal(code, embeddings[i].categories))
      throw_bad_state("codes");
  }
  const Index count = columns == 0 ? 0 : std::ssize(rows) / columns;
  track.rows_ = Eigen::Map<const Rows>(rows.data(), count, columns);
  return track;
}

}  // namespace forecart::lstm
