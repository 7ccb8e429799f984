#pragma once

#include "models/sarima/fourier.h"
#include "series/components.h"

#include <Eigen/Core>
#include <nlohmann/json_fwd.hpp>

#include <limits>
#include <string>
#include <vector>

namespace forecart::sarima {

enum class TermKind { mean, drift, regressor, wave };

/// One column of a regression: coefficient times (value - centre). The value is 1 for the mean,
/// t = 1, 2, .. for the drift, that of the regressor or of the wave.
struct RegressionColumn {
  TermKind kind = TermKind::mean;
  std::string name;
  Wave wave{};
  double centre = 0;
  double coefficient = 0;
  double standard_error = std::numeric_limits<double>::quiet_NaN();
};

/// Consecutive values of one series: numbers t, t + 1, .. since its start, buckets likewise.
struct Stretch {
  Eigen::Index t = 1;
  Bucket bucket = 0;
  Eigen::Index count = 0;
};

/// The regression that SARIMA errors move around: y_t = sum_c beta_c (x_ct - centre_c) + error.
class Regression {
 public:
  Regression() = default;
  explicit Regression(std::vector<RegressionColumn> columns);

  const std::vector<RegressionColumn>& columns() const { return columns_; }
  Eigen::Index size() const { return std::ssize(columns_); }

  /// Names of the regressors, in the order of their columns.
  const std::vector<std::string>& needs() const { return needs_; }

  /// Values of the columns, not centred: (count, size). `x` (count or more, needs) holds the
  /// regressors.
  Eigen::MatrixXd values(const Stretch& at, const Eigen::MatrixXd& x) const;

  /// sum_c beta_c (x_ct - centre_c): (count); NaN where a regressor is.
  Eigen::VectorXd levels(const Stretch& at, const Eigen::MatrixXd& x) const;

  /// The columns' contributions beta_c (x_ct - centre_c) under the names of what they explain:
  /// level (mean), trend (drift), those of the regressors, season_<period> (waves).
  Components components(const Stretch& at, const Eigen::MatrixXd& x) const;

  /// The mean as it would be with centres of zero; 0 without a mean.
  double mean() const;

  nlohmann::json save() const;
  /// Reads what save() wrote. Throws Error bad_data, or nlohmann's exception.
  static Regression load(const nlohmann::json& state);

 private:
  std::vector<RegressionColumn> columns_;
  std::vector<std::string> needs_;
};

}  // namespace forecart::sarima
