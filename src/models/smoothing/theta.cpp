#include "models/smoothing/theta.h"

#include "base/error.h"
#include "models/smoothing/fitted_theta.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

namespace forecart {
namespace {

using theta::Estimate;
using theta::Method;

/// Known values that a fit needs.
constexpr std::ptrdiff_t kFewest = 5;

/// Why a series cannot be fitted; empty if it can.
std::string obstacle(std::span<const double> values) {
  std::vector<double> known(values.begin(), values.end());
  std::erase_if(known, [](double y) { return std::isnan(y); });
  if (known.empty()) return "no values";
  const auto [low, high] = std::minmax_element(known.begin(), known.end());
  if (*low == *high) return "the series does not vary";
  if (std::ssize(known) >= kFewest) return {};
  return fmt::format("needs {} known values, has {}", kFewest, known.size());
}

bool is_better(const Estimate& a, const Estimate& b) {
  return a.mean_square < b.mean_square;
}

class Theta final : public SeriesModel {
 public:
  Theta(std::string name, std::vector<Method> methods, const ThetaOptions& options)
      : name_(std::move(name)), methods_(std::move(methods)), options_(options) {
    options_.validate();
  }

  std::string name() const override { return name_; }
  std::string interval_method() const override { return "analytic"; }

  SeriesFit fit(const SeriesInput& input, const FitOptions& /*options*/) const override {
    std::string reason = obstacle(input.values);
    if (!reason.empty()) return {nullptr, std::move(reason), false};
    theta::Fit fit;
    fit.season = season_figure(input.values, options_.season_length);
    std::vector<double> y(input.values.begin(), input.values.end());
    for (std::size_t t = 0; t < y.size(); ++t) {
      y[t] = fit.season.adjusted(y[t], t % fit.season.length());
    }
    std::vector<Estimate> tried;
    for (const Method method : methods_) {
      tried.push_back(theta::estimate(method, y, options_.lowest_alpha));
    }
    std::stable_sort(tried.begin(), tried.end(), is_better);
    fit.estimate = tried.front();
    if (tried.size() > 1) fit.search = list(tried);
    return {theta::make_fitted(std::move(fit), input.values), "", true};
  }

  SeriesFit refit(const SeriesInput& input, const FittedSeries& earlier,
                  const FitOptions& options) const override {
    return Theta(name_, {theta::method_of(earlier)}, options_).fit(input, options);
  }

  std::unique_ptr<FittedSeries> load(const nlohmann::json& state, const Calendar&) const override {
    return theta::load_fitted(state);
  }

 private:
  static nlohmann::json list(const std::vector<Estimate>& tried) {
    nlohmann::json rows = nlohmann::json::array();
    for (const Estimate& e : tried) {
      const bool defined = std::isfinite(e.aicc());
      rows.push_back({{"model", theta::name_of(e.method)},
                      {"aicc", defined ? nlohmann::json(e.aicc()) : nlohmann::json()}});
    }
    return rows;
  }

  std::string name_;
  std::vector<Method> methods_;
  ThetaOptions options_;
};

}  // namespace

void ThetaOptions::validate() const {
  if (season_length < 1) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("a season of {} steps is not possible; give 1 or more", season_length));
  }
  if (!(lowest_alpha > 0 && lowest_alpha < 0.9)) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("a lowest alpha of {} is not between 0 and 0.9", lowest_alpha));
  }
}

SeriesModelPtr make_theta(theta::Method method, ThetaOptions options) {
  return std::make_shared<Theta>(theta::name_of(method), std::vector<Method>{method}, options);
}

SeriesModelPtr make_auto_theta(ThetaOptions options) {
  const std::vector<Method> all(std::begin(theta::kMethods), std::end(theta::kMethods));
  return std::make_shared<Theta>("AutoTheta", all, options);
}

}  // namespace forecart
