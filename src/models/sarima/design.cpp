#include "models/sarima/design.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

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

std::span<double> column(MatrixXd& x, Index c) {
  return {x.col(c).data(), static_cast<std::size_t>(x.rows())};
}

bool is_missing(double value) {
  return !std::isfinite(value);
}

/// Makes the design of one series.
class DesignMaker {
 public:
  DesignMaker(const SeriesInput& input, const SarimaOrder& order, const RegressionTerms& terms)
      : input_(input), order_(order), terms_(terms) {}

  Design make() {
    choose_regressors();
    mark_missing();
    std::vector<RegressionColumn> columns = wanted_columns();
    x_ = Regression(columns).values(design_.at, regressors_);
    centre(columns);
    fill();
    keep_independent(columns);
    for (const double y : design_.y) design_.has_gaps = design_.has_gaps || std::isnan(y);
    return std::move(design_);
  }

 private:
  /// Leaves out regressors that are nowhere known beside a value.
  void choose_regressors() {
    const Regressors& given = input_.regressors;
    for (std::size_t c = 0; c < given.names.size(); ++c) {
      bool known = false;
      for (std::size_t t = 0; t < input_.values.size(); ++t) {
        known = known || (!std::isnan(input_.values[t]) &&
                          !is_missing(given.values(static_cast<Index>(t), static_cast<Index>(c))));
      }
      if (known) {
        chosen_.push_back(static_cast<Index>(c));
      } else {
        drop(given.names[c], "has no value in the history");
      }
    }
  }

  /// y is missing where a regressor is; the values used begin and end with one that is not.
  void mark_missing() {
    std::vector<double> y(input_.values.begin(), input_.values.end());
    for (std::size_t t = 0; t < y.size(); ++t) {
      for (const Index c : chosen_) {
        if (is_missing(input_.regressors.values(static_cast<Index>(t), c))) y[t] = NAN;
      }
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

  /// Means of the regressors beside known values, where the constant does not matter.
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
      design_.scale[c] = size > 0 ? size : 1;
      design_.x.col(c) = x_.col(from) / design_.scale[c];
      design_.sample.x.col(c) = differences.col(from) / design_.scale[c];
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
  MatrixXd x_;                 // (n, columns wanted) centred, then filled
};

/// 1 / [(X' Sigma^-1 X)^-1]_cc is the sum of squares that column c, taken for y, leaves beside the
/// other columns.
double squares_left(const Design& design, const Estimate& e, const MatrixXd& x, Index c) {
  std::vector<Index> others;
  for (Index i = 0; i < x.cols(); ++i) {
    if (i != c) others.push_back(i);
  }
  const MatrixXd rest = x(Eigen::all, others);
  if (design.has_gaps) {
    std::vector<double> y(x.col(c).begin(), x.col(c).end());
    for (std::size_t t = 0; t < y.size(); ++t) {
      if (std::isnan(design.y[t])) y[t] = NAN;
    }
    return likelihood_with_gaps(e.order, e.arma, y, rest).sigma2;
  }
  const Sample sample =
      make_sample(e.order, std::span(x.col(c).data(), static_cast<std::size_t>(x.rows())), rest);
  return Likelihood(e.order, sample).at(e.arma).sigma2;
}

/// Of one scaled coefficient. The mean is told for centres of zero, so the other columns must not
/// be centred beside it.
double standard_error(const Design& design, const Estimate& e, Index c) {
  MatrixXd x = design.x;
  const auto& columns = design.regression.columns();
  if (columns[static_cast<std::size_t>(c)].kind == TermKind::mean) {
    for (Index i = 0; i < x.cols(); ++i) {
      x.col(i).array() += columns[static_cast<std::size_t>(i)].centre / design.scale[i];
    }
  }
  const auto observed =
      std::count_if(design.y.begin(), design.y.end(), [](double v) { return !std::isnan(v); });
  const auto used = static_cast<double>(observed - e.order.lost());
  return std::sqrt(e.sigma2 / (used * squares_left(design, e, x, c)));
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
  for (Index c = 0; c < std::ssize(columns); ++c) {
    RegressionColumn& own = columns[static_cast<std::size_t>(c)];
    own.coefficient = e.beta[c] / design.scale[c];
    if (standard_errors) own.standard_error = standard_error(design, e, c) / design.scale[c];
  }
  return Regression(std::move(columns));
}

}  // namespace forecart::sarima
