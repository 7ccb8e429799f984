#include "models/smoothing/auto_ets.h"

#include "base/error.h"
#include "models/smoothing/ets_estimate.h"
#include "models/smoothing/fitted_ets.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace forecart {
namespace {

using Eigen::Index;
using ets::Estimate;
using ets::Form;

/// What must be known of a series before forms are tried on it.
struct Facts {
  Index known = 0;
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  double unit = 0;  ///< mean absolute value

  explicit Facts(std::span<const double> values) {
    for (const double y : values) {
      if (std::isnan(y)) continue;
      ++known;
      low = std::min(low, y);
      high = std::max(high, y);
    }
    const double largest = std::max(std::abs(low), std::abs(high));
    for (const double y : values) {
      if (!std::isnan(y)) unit += std::abs(y / largest) / static_cast<double>(known);
    }
    unit *= largest;
  }
  /// Above zero by enough that a ratio to the mean means something.
  bool is_positive() const { return low > 1e-6 * unit; }
};

/// The log-likelihood that a form needs to have an AICc below `aicc`.
double needed(const Form& form, int season_length, Index used, double aicc) {
  Estimate none{form, season_length};
  none.used = used;
  none.log_likelihood = 0;
  return 0.5 * (none.aicc() - aicc);
}

nlohmann::json list(std::vector<Estimate> tried, double unit) {
  std::stable_sort(tried.begin(), tried.end(),
                   [](const Estimate& a, const Estimate& b) { return a.aicc() < b.aicc(); });
  nlohmann::json rows = nlohmann::json::array();
  for (const Estimate& e : tried) {
    const double shift = static_cast<double>(e.used) * std::log(unit);
    rows.push_back({{"model", e.form.name()}, {"aicc", e.aicc() + 2 * shift}});
    if (!e.converged) rows.back()["given_up"] = true;
  }
  return rows;
}

class AutoEts final : public SeriesModel {
 public:
  explicit AutoEts(const AutoEtsOptions& options) : options_(options) { options_.validate(); }

  std::string name() const override { return "AutoETS"; }
  std::string interval_method() const override { return "analytic or simulated"; }

  SeriesFit fit(const SeriesInput& input, const FitOptions& options) const override {
    const Facts facts(input.values);
    const bool seasonal =
        options_.season_length > 1 && std::ssize(input.values) >= 2 * Index{options_.season_length};
    const std::vector<Form> forms =
        options_.form ? std::vector<Form>{*options_.form}
                      : ets::stable_forms({.season = seasonal,
                                           .positive = facts.is_positive(),
                                           .multiplicative_trend = options_.multiplicative_trend,
                                           .undamped_trend = options_.undamped_trend,
                                           .relative_errors = options_.relative_errors});
    return fit_best(input, facts, forms, options);
  }

  SeriesFit refit(const SeriesInput& input, const FittedSeries& earlier,
                  const FitOptions& options) const override {
    const auto [form, season_length] = ets::structure_of(earlier);
    const AutoEts same({.season_length = season_length, .form = form});
    return same.fit(input, options);
  }

  std::unique_ptr<FittedSeries> load(const nlohmann::json& state, const Calendar&) const override {
    return ets::load_fitted(state);
  }

 private:
  SeriesFit fit_best(const SeriesInput& input, const Facts& facts, const std::vector<Form>& forms,
                     const FitOptions& options) const {
    if (!(facts.high > facts.low)) return {nullptr, "the series does not vary", false};
    std::vector<double> y(input.values.begin(), input.values.end());
    for (double& value : y) value /= facts.unit;
    std::vector<Estimate> tried = try_forms(forms, facts, y);
    if (tried.empty()) return {nullptr, refusal(facts, forms), false};
    const auto best =
        std::min_element(tried.begin(), tried.end(),
                         [](const Estimate& a, const Estimate& b) { return a.aicc() < b.aicc(); });
    ets::Fit fit{*best, facts.unit, options.seed, {}};
    if (tried.size() > 1) fit.search = list(tried, facts.unit);
    const bool converged = best->converged;
    return {ets::make_fitted(std::move(fit), input.values),
            converged ? "" : "the likelihood did not converge", converged};
  }

  /// Those that can be fitted; a form that cannot win is given up early.
  std::vector<Estimate> try_forms(const std::vector<Form>& forms, const Facts& facts,
                                  std::span<const double> y) const {
    std::vector<Estimate> tried;
    double lowest = std::numeric_limits<double>::infinity();
    for (const Form& form : forms) {
      if (form.needs_positive() && !facts.is_positive()) continue;
      const int season = form.season == ets::Part::none ? 1 : options_.season_length;
      Estimate e = ets::estimate(form, season, y, needed(form, season, facts.known, lowest));
      if (!e.is_usable()) continue;
      lowest = std::min(lowest, e.aicc());
      tried.push_back(std::move(e));
    }
    return tried;
  }

  std::string refusal(const Facts& facts, const std::vector<Form>& forms) const {
    if (forms.size() == 1 && forms.front().needs_positive() && !facts.is_positive()) {
      return fmt::format("{} needs values above zero", forms.front().name());
    }
    const int parameters = forms.front().parameters(options_.season_length);
    return fmt::format("needs more than {} known values, has {}", parameters + 1, facts.known);
  }

  AutoEtsOptions options_;
};

}  // namespace

void AutoEtsOptions::validate() const {
  if (season_length < 1) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("a season of {} steps is not possible; give 1 or more", season_length));
  }
  if (form && form->season != ets::Part::none && season_length < 2) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("{} has a season; give its length", form->name()));
  }
}

SeriesModelPtr make_auto_ets(AutoEtsOptions options) {
  return std::make_shared<AutoEts>(options);
}

}  // namespace forecart
