#include "models/sarima/design.h"

#include "models/sarima/coefficient_covariance.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace forecart::sarima {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// A column that differs by less than this share of its values does not vary.
constexpr double kVaries = 1e-12;
/// Differences below this share of the values are rounding errors.
constexpr double kVanishes = 1e-10;
/// A column of which less than this share lies outside the span of earlier ones follows from them.
constexpr double kFollows = 1e-5;

/// Exponent of two from which on values are scaled: their squares, and squares over the smallest
/// share that counts, stay far inside the range of double below it.
constexpr int kFarFromOne = 100;

std::span<double> column(MatrixXd& x, Index c) {
  return {x.col(c).data(), static_cast<std::size_t>(x.rows())};
}

bool is_missing(double value) {
  return !std::isfinite(value);
}

/// The power of two below the largest value, where that is far from one; else 1.
double unit_of(std::span<const double> values) {
  double largest = 0;
  for (const double y : values)
    largest = std::isfinite(y) ? std::max(largest, std::abs(y)) : largest;
  if (largest == 0 || std::abs(std::ilogb(largest)) < kFarFromOne) return 1;
  return std::ldexp(1, std::ilogb(largest));
}

/// Makes the design of one series.
class DesignMaker {
 public:
  DesignMaker(const SeriesInput& input, const SarimaOrder& order, const RegressionTerms& terms)
      : input_(input), order_(order), terms_(terms) {}

  Design make() {
    design_.unit = unit_of(input_.values);
    choose_regressors();
    mark_missing();
    std::vector<RegressionColumn> columns = wanted_columns();
    x_ = Regression(columns).values(design_.at, regressors_);
    count_in_units();
    centre(columns);
    fill();
    keep_independent(columns);
    for (const double y : design_.y) design_.has_gaps = design_.has_gaps || std::isnan(y);
    return std::move(design_);
  }

 private:
  /// Values beside which one of these columns is unknown.
  Index unknown_beside(std::span<const Index> columns) const {
    Index count = 0;
    for (std::size_t t = 0; t < input_.values.size(); ++t) {
      const bool unknown = std::any_of(columns.begin(), columns.end(), [&](Index c) {
        return is_missing(input_.regressors.values(static_cast<Index>(t), c));
      });
      count += unknown && !std::isnan(input_.values[t]) ? 1 : 0;
    }
    return count;
  }

  /// Leaves out regressors that would take too much of the series with them.
  void choose_regressors() {
    const auto& names = input_.regressors.names;
    const Index values = std::count_if(input_.values.begin(), input_.values.end(),
                                       [](double y) { return !std::isnan(y); });
    std::map<Index, Index> unknown;
    for (Index c = 0; c < std::ssize(names); ++c) {
      unknown[c] = unknown_beside(std::span(&c, 1));
      if (unknown[c] < values) {
        chosen_.push_back(c);
      } else {
        drop(names[static_cast<std::size_t>(c)], "has no value in the history");
      }
    }
    Index lost = unknown_beside(chosen_);
    for (; 2 * lost > values; lost = unknown_beside(chosen_)) {
      const auto worst = std::max_element(chosen_.begin(), chosen_.end(), [&](Index a, Index b) {
        return unknown[a] < unknown[b];
      });
      drop(names[static_cast<std::size_t>(*worst)],
           fmt::format("is unknown beside {} of {} values", unknown[*worst], values));
      chosen_.erase(worst);
    }
    tell_left_out(lost, values);
  }

  void tell_left_out(Index lost, Index values) {
    if (lost == 0) return;
    std::vector<std::string> partly;
    for (const Index c : chosen_) {
      if (unknown_beside(std::span(&c, 1)) == 0) continue;
      partly.push_back(fmt::format("'{}'", input_.regressors.names[static_cast<std::size_t>(c)]));
    }
    design_.left_out =
        fmt::format("left out {} of {} values, beside which {} {} unknown", lost, values,
                    fmt::join(partly, ", "), partly.size() > 1 ? "are" : "is");
  }

  /// y is missing where a regressor is; the values used begin and end with one that is not.
  void mark_missing() {
    std::vector<double> y(input_.values.begin(), input_.values.end());
    for (std::size_t t = 0; t < y.size(); ++t) {
      for (const Index c : chosen_) {
        if (is_missing(input_.regressors.values(static_cast<Index>(t), c))) y[t] = NAN;
      }
      y[t] /= design_.unit;
    }
    const auto known = [](double value) { return !std::isnan(value); };
    const auto first = std::find_if(y.begin(), y.end(), known);
    const auto last = std::find_if(y.rbegin(), std::make_reverse_iterator(first), known).base();
    const Index skipped = first - y.begin();
    design_.y.assign(first, last);
    design_.at = {1, input_.first + skipped, std::ssize(design_.y)};
    regressors_.resize(design_.at.count, std::ssize(chosen_));
    for (Index c = 0; c < regressors_.cols(); ++c) {
      regressors_.col(c) = input_.regressors.values.col(chosen_[static_cast<std::size_t>(c)])
                               .segment(skipped, design_.at.count);
    }
  }

  std::vector<RegressionColumn> wanted_columns() const {
    std::vector<RegressionColumn> columns;
    const auto add = [&](TermKind kind, std::string name, const Wave& wave = {}) {
      columns.push_back({.kind = kind, .name = std::move(name), .wave = wave});
    };
    if (terms_.mean) add(TermKind::mean, "mean");
    if (terms_.drift) add(TermKind::drift, "drift");
    for (const Index c : chosen_) {
      add(TermKind::regressor, input_.regressors.names[static_cast<std::size_t>(c)]);
    }
    for (const Wave& wave : terms_.waves) add(TermKind::wave, wave.name(), wave);
    return columns;
  }

  /// As y, so that no square of huge or tiny regressors leaves the range of double.
  void count_in_units() {
    for (Index c = 0; c < x_.cols(); ++c) {
      units_.push_back(unit_of(column(x_, c)));
      x_.col(c) /= units_.back();
    }
  }

  /// Means of the regressors beside known values, where the constant does not matter; in the units
  /// of their columns.
  void centre(std::vector<RegressionColumn>& columns) {
    if (!terms_.mean && order_.lost() == 0) return;
    for (Index c = 0; c < x_.cols(); ++c) {
      RegressionColumn& own = columns[static_cast<std::size_t>(c)];
      if (own.kind != TermKind::regressor) continue;
      double mean = 0;
      double count = 0;
      for (Index t = 0; t < x_.rows(); ++t) {
        if (std::isnan(design_.y[static_cast<std::size_t>(t)])) continue;
        mean += (x_(t, c) - mean) / ++count;
      }
      own.centre = mean;
      x_.col(c).array() -= mean;
    }
  }

  /// Rows of missing values are filled in y and in every column alike, so that what depends on each
  /// other beside known values still does.
  void fill() {
    const int season = order_.has_season() ? order_.s : 1;
    for (Index c = 0; c < x_.cols(); ++c) {
      bool gap = false;
      for (Index t = 0; t < x_.rows(); ++t) {
        if (!std::isnan(design_.y[static_cast<std::size_t>(t)])) continue;
        x_(t, c) = NAN;
        gap = true;
      }
      if (!gap) continue;
      const std::vector<double> whole = filled(column(x_, c), season);
      std::copy(whole.begin(), whole.end(), column(x_, c).begin());
    }
    design_.sample = make_sample(order_, filled(design_.y, season), x_);
  }

  void keep_independent(const std::vector<RegressionColumn>& columns) {
    std::vector<RegressionColumn> kept;
    std::vector<Index> at;
    MatrixXd basis(design_.sample.x.rows(), x_.cols());  // orthonormal, of the columns kept
    for (Index c = 0; c < x_.cols(); ++c) {
      const RegressionColumn& own = columns[static_cast<std::size_t>(c)];
      VectorXd rest = design_.sample.x.col(c);
      if (const std::string why = flaw(own, c, basis.leftCols(std::ssize(at)), rest);
          !why.empty()) {
        drop(own.name, why);
        continue;
      }
      basis.col(std::ssize(at)) = rest.normalized();
      at.push_back(c);
      kept.push_back(own);
      kept.back().centre *= units_[static_cast<std::size_t>(c)];
    }
    design_.regression = Regression(std::move(kept));
    note_unexplained(basis.leftCols(std::ssize(at)));
    take_columns(at);
  }

  /// Why a column cannot be estimated; "" if it can. `rest`, its differences, is left with what
  /// earlier columns do not say.
  std::string flaw(const RegressionColumn& own, Index c, const Eigen::Ref<const MatrixXd>& basis,
                   VectorXd& rest) const {
    if (rest.size() == 0) return own.kind == TermKind::mean ? "" : "has too short a history";
    const auto values = x_.col(c);
    const double largest = values.cwiseAbs().maxCoeff() + std::abs(own.centre);
    const bool free = own.kind == TermKind::mean || own.kind == TermKind::drift;
    if (!free && !(values.maxCoeff() - values.minCoeff() > kVaries * largest)) {
      return largest == 0 ? "is always zero" : "does not vary";
    }
    if (own.kind == TermKind::wave && static_cast<double>(values.size()) < 2 * own.wave.period) {
      return "needs two periods of history";
    }
    const double length = rest.norm();
    const double size = std::sqrt(static_cast<double>(rest.size())) * values.cwiseAbs().maxCoeff();
    if (!(length > kVanishes * size)) return "vanishes with differencing";
    for (int round = 0; round < 2; ++round) {  // the second round removes rounding errors
      rest -= basis * (basis.transpose() * rest);
    }
    return rest.norm() > kFollows * length ? "" : "follows from the other terms";
  }

  void note_unexplained(const Eigen::Ref<const MatrixXd>& basis) {
    const VectorXd& z = design_.sample.y;
    if (z.size() == 0) return;
    design_.unexplained = (z - basis * (basis.transpose() * z)).cwiseAbs().maxCoeff();
  }

  /// Columns `at`, divided by the root mean square of their differences.
  void take_columns(const std::vector<Index>& at) {
    const MatrixXd differences = std::move(design_.sample.x);
    const auto k = std::ssize(at);
    design_.x.resize(x_.rows(), k);
    design_.sample.x.resize(differences.rows(), k);
    design_.scale.resize(k);
    for (Index c = 0; c < k; ++c) {
      const Index from = at[static_cast<std::size_t>(c)];
      const auto n = static_cast<double>(std::max<Index>(differences.rows(), 1));
      const double size = differences.col(from).norm() / std::sqrt(n);
      const double scale = size > 0 ? size : 1;
      design_.scale[c] = scale * units_[static_cast<std::size_t>(from)];
      design_.x.col(c) = x_.col(from) / scale;
      design_.sample.x.col(c) = differences.col(from) / scale;
    }
  }

  void drop(const std::string& name, const std::string& why) {
    design_.dropped.push_back(fmt::format("'{}' {}", name, why));
  }

  const SeriesInput& input_;
  const SarimaOrder& order_;
  const RegressionTerms& terms_;
  Design design_;
  std::vector<Index> chosen_;  // columns of the input's regressors
  MatrixXd regressors_;        // (n, chosen)
  MatrixXd x_;                 // (n, columns wanted) in units, centred, then filled
  std::vector<double> units_;  // (columns wanted) powers of two
};

/// Standard errors of the scaled coefficients. The mean is told for centres of zero: it is then the
/// mean less sum of coefficient times centre.
VectorXd scaled_errors(const Design& design, const Estimate& e) {
  const MatrixXd covariance = coefficient_covariance(design, e);
  const auto& columns = design.regression.columns();
  VectorXd variances = covariance.diagonal();
  if (columns.empty() || columns.front().kind != TermKind::mean) {
    return (e.sigma2 * variances).cwiseSqrt();
  }
  VectorXd slope(covariance.cols());
  for (Index c = 0; c < slope.size(); ++c) {
    slope[c] = c == 0 ? 1 : -columns[static_cast<std::size_t>(c)].centre / design.scale[c];
  }
  variances[0] = slope.dot(covariance * slope);
  return (e.sigma2 * variances).cwiseSqrt();
}

}  // namespace

Design make_design(const SeriesInput& input, const SarimaOrder& order,
                   const RegressionTerms& terms) {
  return DesignMaker(input, order, terms).make();
}

Estimate estimate_design(const SarimaOrder& order, const Design& design,
                         const EstimateOptions& options) {
  return design.has_gaps ? estimate_with_gaps(order, design.y, design.x, options)
                         : estimate(order, design.sample, options);
}

Regression estimated_regression(const Design& design, const Estimate& e, bool standard_errors) {
  std::vector<RegressionColumn> columns = design.regression.columns();
  VectorXd errors = VectorXd::Constant(std::ssize(columns), NAN);
  if (standard_errors && !columns.empty()) errors = scaled_errors(design, e);
  for (Index c = 0; c < std::ssize(columns); ++c) {
    RegressionColumn& own = columns[static_cast<std::size_t>(c)];
    own.coefficient = e.beta[c] / design.scale[c];
    own.standard_error = errors[c] / design.scale[c];
  }
  return Regression(std::move(columns));
}

}  // namespace forecart::sarima
