#pragma once

#include "models/lstm/covariate_reading.h"

#include <nlohmann/json_fwd.hpp>

#include <vector>

namespace forecart::lstm {

/// What is known beside one series, as a network reads it, by bucket. Unknown cells and buckets
/// outside read as the usual value of their column.
class CovariateTrack {
 public:
  CovariateTrack() = default;
  /// Of buckets [first, end); usual values are those before `learnt`. Throws Error bad_data that
  /// names a column which `covariates` lack.
  CovariateTrack(const CovariateReading& reading, const Covariates& covariates,
                 const Stretch& stretch, Bucket learnt);

  /// Takes in rows (steps, future columns then past ones, perhaps without the latter) that follow.
  void append(const CovariateReading& reading, const CovariateRows& rows);
  /// Keeps the last `most` buckets.
  void forget(Bucket most);

  Bucket end() const { return first_ + static_cast<Bucket>(rows_.rows()); }
  /// Says where the last row lies: in the bucket before `end`. A saved track does not know.
  void end_at(Bucket end) { first_ = end - static_cast<Bucket>(rows_.rows()); }
  float at(Bucket bucket, std::size_t column) const;
  /// Mean over [from, to), which is not empty.
  float mean(Bucket from, Bucket to, std::size_t column) const;
  const FixedCells& fixed() const { return fixed_; }

  nlohmann::json save() const;
  /// Throws Error bad_data or nlohmann's exception.
  static CovariateTrack load(const CovariateReading& reading, const nlohmann::json& state);

 private:
  using Rows = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

  Bucket first_ = 0;
  Rows rows_;                  // (buckets, columns)
  std::vector<double> usual_;  // (columns)
  FixedCells fixed_;
};

}  // namespace forecart::lstm
