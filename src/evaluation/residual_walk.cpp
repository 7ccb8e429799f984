#include "evaluation/residual_walk.h"

#include "base/error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

/// One-step medians: the value that changes nothing in a model that may work in logarithms.
double next_median(const Forecast& forecast, std::size_t row) {
  return forecast.series[row].distribution->quantile(0, 0.5);
}

/// What `recent` brings of one followed series.
struct Stretch {
  std::size_t row;
  SeriesView values;
  std::vector<double> residuals{};
};

/// One walk of a linear model over a panel.
class Walk {
 public:
  Walk(Fitted& linear, std::vector<ResidualSeries>& series, const Panel& recent,
       const Covariates& covariates)
      : linear_(linear), series_(series), recent_(recent), covariates_(covariates) {}

  Panel run() {
    find_stretches();
    cross_gaps();
    std::size_t longest = 0;
    for (const Stretch& own : stretches_) longest = std::max(longest, own.values.values.size());
    for (std::size_t step = 0; step < longest; ++step) take(step);
    move_others();
    join();
    Panel residuals(recent_.calendar());
    for (const Stretch& own : stretches_) {
      residuals.add(series_[own.row].id, own.values.first, own.residuals);
    }
    return residuals;
  }

 private:
  void find_stretches() {
    for (std::size_t row = 0; row < series_.size(); ++row) {
      const Index at = series_[row].followed ? recent_.find(series_[row].id) : -1;
      if (at < 0 || recent_[at].end() <= series_[row].end) continue;
      SeriesView values = recent_[at];
      const Bucket start = std::max(series_[row].end, values.first);
      values.values = values.values.subspan(static_cast<std::size_t>(start - values.first));
      values.first = start;
      stretches_.push_back({row, values});
    }
  }

  /// Moves the model on to where each stretch begins: a gap is missing.
  void cross_gaps() {
    Panel gaps(recent_.calendar());
    for (const Stretch& stretch : stretches_) {
      ResidualSeries& own = series_[stretch.row];
      if (stretch.values.first == own.end) continue;
      gaps.add(own.id, stretch.values.first - 1, std::span(&kUnknown, 1));
      own.end = stretch.values.first;
    }
    if (gaps.size() > 0) linear_.update(gaps, covariates_);
  }

  /// Takes step `step` of all stretches that are as long.
  void take(std::size_t step) {
    const bool known = is_known_ahead(linear_, series_, covariates_, 1);
    const Forecast said = known ? linear_.forecast(1, covariates_) : Forecast{};
    Panel next(recent_.calendar());
    for (Stretch& stretch : stretches_) {
      if (step >= stretch.values.values.size()) continue;
      ResidualSeries& own = series_[stretch.row];
      const double y = stretch.values.values[step];
      stretch.residuals.push_back(known ? y - next_median(said, stretch.row) : kUnknown);
      next.add(own.id, own.end++, std::span(&y, 1));
    }
    linear_.update(next, covariates_);
  }

  /// The series that are not followed move on.
  void move_others() {
    linear_.update(recent_, covariates_);
    for (ResidualSeries& own : series_) {
      const Index at = recent_.find(own.id);
      if (at < 0) continue;
      own.end = std::max(own.end, recent_[at].end());
      const auto values = recent_[at].values;
      own.non_negative = own.non_negative &&
                         std::none_of(values.begin(), values.end(), [](double y) { return y < 0; });
    }
  }

  void join() {
    for (std::size_t row = series_.size(); row < linear_.ledger().size(); ++row) {
      const std::string& id = linear_.ledger()[row].unique_id;
      series_.push_back({.id = id, .end = recent_[recent_.find(id)].end()});
    }
  }

  Fitted& linear_;
  std::vector<ResidualSeries>& series_;
  const Panel& recent_;
  const Covariates& covariates_;
  std::vector<Stretch> stretches_;
};

/// Values that are fed to a model as if they had come.
class ImaginedValues {
 public:
  ImaginedValues(const Fitted& linear, const Covariates& future)
      : linear_(linear.clone()), future_(future) {}

  /// Feeds the next median plus `innovations` (series), and gives what was fed before zero cut it.
  Eigen::VectorXd step(const std::vector<ResidualSeries>& series,
                       const Eigen::VectorXd& innovations) {
    const Forecast said = linear_->forecast(1, future_);
    Eigen::VectorXd values = Eigen::VectorXd::Zero(std::ssize(series));
    Panel next(said.calendar);
    for (std::size_t row = 0; row < series.size(); ++row) {
      if (!series[row].followed) continue;
      double& value = values[static_cast<Index>(row)];
      value = next_median(said, row) + innovations[static_cast<Index>(row)];
      const double fed = series[row].non_negative ? std::max(value, 0.0) : value;
      next.add(series[row].id, said.series[row].first, std::span(&fed, 1));
    }
    linear_->update(next, future_);
    return values;
  }

 private:
  std::unique_ptr<Fitted> linear_;
  const Covariates& future_;
};

/// What the network expects of the followed series, (horizon, series); zero for others.
MatrixXd expected_residuals(const Fitted& network, const std::vector<ResidualSeries>& series,
                            Index horizon) {
  const Forecast said = network.forecast(horizon);
  MatrixXd result = MatrixXd::Zero(horizon, std::ssize(series));
  for (std::size_t row = 0; row < series.size(); ++row) {
    if (!series[row].followed) continue;
    for (Index k = 0; k < horizon; ++k) {
      result(k, static_cast<Index>(row)) = said.series[series[row].network].distribution->mean(k);
    }
  }
  return result;
}

}  // namespace

bool is_known_ahead(const Fitted& linear, const std::vector<ResidualSeries>& series,
                    const Covariates& covariates, Index steps) {
  const std::vector<std::string> names = covariates.future_names();
  if (names.empty()) return true;
  for (std::size_t row = 0; row < series.size(); ++row) {
    if (!linear.ledger()[row].fallback.empty()) continue;  // looks at nothing
    const Bucket end = series[row].end;
    if (covariates.first_unknown(series[row].id, names, end, end + steps)) return false;
  }
  return true;
}

Panel walk_residuals(Fitted& linear, std::vector<ResidualSeries>& series, const Panel& recent,
                     const Covariates& covariates) {
  return Walk(linear, series, recent, covariates).run();
}

const char* name_of(CorrectionWay way) {
  return way == CorrectionWay::added ? "added" : "carried";
}

CorrectionWay parse_correction_way(std::string_view name) {
  for (const CorrectionWay way : {CorrectionWay::added, CorrectionWay::carried}) {
    if (name == name_of(way)) return way;
  }
  throw Error(ErrorCode::invalid_value,
              fmt::format("'{}' is no way of a correction; use added or carried", name));
}

MatrixXd expected_shifts(const ResidualPair& pair, CorrectionWay way, Index horizon,
                         const Covariates& future) {
  const MatrixXd expected = expected_residuals(pair.network, pair.series, horizon);
  MatrixXd shifts = expected;
  if (way == CorrectionWay::carried) {
    ImaginedValues with(pair.linear, future);
    ImaginedValues without(pair.linear, future);
    const Eigen::VectorXd nothing = Eigen::VectorXd::Zero(expected.cols());
    for (Index k = 0; k < horizon; ++k) {
      shifts.row(k) = with.step(pair.series, expected.row(k)) - without.step(pair.series, nothing);
    }
  }
  return shifts.array().isFinite().select(shifts, 0);
}

}  // namespace forecart
