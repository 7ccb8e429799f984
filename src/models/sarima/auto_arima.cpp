#include "models/sarima/auto_arima.h"

#include "models/sarima/arima.h"
#include "models/sarima/fitted_arima.h"
#include "series/seasonality.h"
#include "series/unit_root.h"

#include <Eigen/QR>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace forecart {
namespace {

using Eigen::Index;
using Eigen::VectorXd;
using sarima::Candidate;
using sarima::Design;

/// Models that explain() lists beside the chosen one.
constexpr std::size_t kListed = 10;

/// The series without what its regression explains, as least squares see it.
std::vector<double> without_regression(const Design& design) {
  std::vector<double> y = sarima::filled(design.y, 1);
  const Index n = std::ssize(y);
  Eigen::MatrixXd x(n, design.x.cols() + 1);
  x << VectorXd::Ones(n), design.x;
  const Eigen::Map<VectorXd> values(y.data(), n);
  VectorXd beta = x.colPivHouseholderQr().solve(values);
  beta[0] = 0;
  Eigen::Map<VectorXd>(y.data(), n) -= x * beta;
  return y;
}

/// Orders of differences, and the limits that the length of the series sets to the others.
class Problem {
 public:
  Problem(const SeriesInput& input, const AutoArimaOptions& options)
      : input_(input), options_(options) {
    const Design whole = design({}, false);
    std::vector<double> y = whole.x.cols() > 0 ? without_regression(whole) : whole.y;
    const auto n = std::ssize(y);
    const int season = n > 2 * Index{options.season} ? options.season : 1;
    const Differences differences = choose_differences(y, season, options.max_d);
    order_.d = differences.d;
    order_.D = differences.seasonal_d;
    order_.s = season;
    limit(n);
  }

  const SarimaOrder& order() const { return order_; }
  const sarima::SearchOptions& search() const { return search_; }

  Design design(const SarimaOrder& order, bool constant) const {
    const int differences = order.d + order.D;
    return sarima::make_design(input_, order,
                               {constant && differences == 0, constant && differences == 1,
                                sarima::waves_of(options_.fourier)});
  }

 private:
  /// No more lags than a third of the series, as [HyndmanKhandakar2008] has it, and regular ones
  /// only within the season.
  void limit(Index n) {
    search_ = options_.search;
    const auto third = static_cast<int>(n / 3);
    search_.max_p = std::min(search_.max_p, third);
    search_.max_q = std::min(search_.max_q, third);
    search_.max_P = order_.s > 1 ? std::min(search_.max_P, third / order_.s) : 0;
    search_.max_Q = order_.s > 1 ? std::min(search_.max_Q, third / order_.s) : 0;
    if (order_.s == 1) return;
    search_.max_p = std::min(search_.max_p, order_.s - 1);
    search_.max_q = std::min(search_.max_q, order_.s - 1);
  }

  const SeriesInput& input_;
  const AutoArimaOptions& options_;
  SarimaOrder order_;
  sarima::SearchOptions search_;
};

nlohmann::json list(const std::vector<Candidate>& candidates) {
  nlohmann::json rows = nlohmann::json::array();
  for (std::size_t i = 0; i < std::min(candidates.size(), kListed); ++i) {
    const Candidate& c = candidates[i];
    rows.push_back({{"order", c.order.format()}, {"constant", c.constant}, {"aicc", c.aicc}});
  }
  return {{"models_tried", candidates.size()}, {"best", std::move(rows)}};
}

class AutoArima final : public SeriesModel {
 public:
  explicit AutoArima(AutoArimaOptions options) : options_(std::move(options)) {
    options_.validate();
  }

  std::string name() const override { return "AutoARIMA"; }
  std::string interval_method() const override { return "analytic"; }
  bool uses_regressors() const override { return true; }

  SeriesFit fit(const SeriesInput& input, const FitOptions& how) const override {
    if (!passes(options_.evidence, input)) {
      return {nullptr, fmt::format("no evidence of a season of {}", options_.evidence->season),
              false};
    }
    const Problem problem(input, options_);
    const Design plain = problem.design(problem.order(), false);
    const Design constant = problem.design(problem.order(), true);
    if (sarima::leaves_nothing(plain) || sarima::leaves_nothing(constant)) {
      return sarima::exact_fit(input, options_for(problem.order()));
    }
    const std::string reason = sarima::obstacle(problem.order(), plain);
    if (!reason.empty()) return {nullptr, reason, false};
    sarima::SearchProblem search{problem.order(), plain.sample, {}};
    if (constant.regression.size() > plain.regression.size()) search.constant = constant.sample;
    const std::vector<Candidate> found = sarima::search_orders(search, problem.search());
    if (found.empty()) return {nullptr, "no ARIMA model has a finite likelihood here", false};
    return finish(input, found, found.front().constant ? constant : plain, how.trial);
  }

  SeriesFit refit(const SeriesInput& input, const FittedSeries& earlier,
                  const FitOptions& how) const override {
    const sarima::ArimaParameters& found = sarima::parameters_of(earlier);
    if (found.exact) return fit(input, how);  // it found no structure that other values would have
    ArimaOptions options = options_for(found.order);
    options.search = found.search;
    options.trial = how.trial;
    options.near = found.coefficients;
    options.mean = false;
    for (const sarima::RegressionColumn& column : found.regression.columns()) {
      options.mean = options.mean || column.kind == sarima::TermKind::mean;
      options.drift = options.drift || column.kind == sarima::TermKind::drift;
    }
    return sarima::fit_arima(input, options);
  }

  std::unique_ptr<FittedSeries> load(const nlohmann::json& state, const Calendar&) const override {
    return sarima::load_arima(state);
  }

 private:
  ArimaOptions options_for(const SarimaOrder& order) const {
    ArimaOptions options;
    options.order = order;
    options.fourier = options_.fourier;
    options.standard_errors = options_.standard_errors;
    return options;
  }

  static bool passes(const std::optional<SeasonTest>& test, const SeriesInput& input) {
    if (!test) return true;
    std::vector<int> candidates = test->shorter;
    candidates.push_back(test->season);
    const std::vector<int> found = find_seasons(input.values, std::move(candidates));
    return std::find(found.begin(), found.end(), test->season) != found.end();
  }

  SeriesFit finish(const SeriesInput& input, const std::vector<Candidate>& found,
                   const Design& design, bool trial) const {
    const Candidate& best = found.front();
    ArimaOptions options;
    options.order = best.order;
    options.standard_errors = options_.standard_errors;
    options.search = list(found);
    options.trial = trial;
    const sarima::Estimate estimate =
        design.has_gaps ? sarima::estimate_design(best.order, design) : best.estimate;
    return sarima::finish_fit(input, options, design, estimate);
  }

  AutoArimaOptions options_;
};

}  // namespace

void AutoArimaOptions::validate() const {
  SarimaOrder order;
  order.s = season;
  order.validate();
  for (const FourierPeriod& period : fourier) period.validate();
}

SeriesModelPtr make_auto_arima(AutoArimaOptions options) {
  return std::make_shared<AutoArima>(std::move(options));
}

}  // namespace forecart
