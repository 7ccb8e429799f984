#include "models/rolling_choice.h"

#include "base/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using nlohmann::json;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
/// Share of a series that the comparison may hold out, as its inverse.
constexpr Index kParts = 3;

/// Rows of the regressors that a fitted model needs.
Regressors rows(const Regressors& all, const std::vector<std::string>& names, Index from,
                Index count) {
  Regressors result{names, Eigen::MatrixXd(count, std::ssize(names))};
  for (std::size_t c = 0; c < names.size(); ++c) {
    const auto at = std::find(all.names.begin(), all.names.end(), names[c]) - all.names.begin();
    result.values.col(static_cast<Index>(c)) = all.values.col(at).segment(from, count);
  }
  return result;
}

/// A variant's outcome on the origins.
struct Trial {
  double error = kInfinity;  // mean absolute error; infinite if it cannot be used
  SeriesFit fit;
};

class ChosenFitted final : public FittedSeries {
 public:
  ChosenFitted(std::string variant, std::unique_ptr<FittedSeries> inner, json choice)
      : variant_(std::move(variant)), inner_(std::move(inner)), choice_(std::move(choice)) {}

  PredictivePtr forecast(Index horizon, const Regressors& future) const override {
    return inner_->forecast(horizon, future);
  }
  void update(std::span<const double> values, const Regressors& beside) override {
    inner_->update(values, beside);
  }
  std::vector<std::string> needs() const override { return inner_->needs(); }
  Components components(Index horizon, const Regressors& future) const override {
    return inner_->components(horizon, future);
  }
  std::unique_ptr<FittedSeries> clone() const override {
    return std::make_unique<ChosenFitted>(variant_, inner_->clone(), choice_);
  }
  Restart restarted() const override {
    Restart inside = inner_->restarted();
    if (inside.fitted == nullptr) return inside;
    return {std::make_unique<ChosenFitted>(variant_, std::move(inside.fitted), choice_),
            inside.warm_up};
  }
  json save() const override {
    return {{"variant", variant_}, {"choice", choice_}, {"state", inner_->save()}};
  }
  json explain() const override {
    json result = inner_->explain();
    result["choice"] = choice_;
    return result;
  }

 private:
  std::string variant_;
  std::unique_ptr<FittedSeries> inner_;
  json choice_;  // label and mean absolute error of each variant, null where it could not be used
};

class RollingChoice final : public SeriesModel {
 public:
  RollingChoice(std::string name, std::vector<Variant> variants, const RollingOptions& options)
      : name_(std::move(name)), variants_(std::move(variants)), options_(options) {
    assert(!variants_.empty());
  }

  std::string name() const override { return name_; }
  std::string interval_method() const override {
    return variants_.front().model->interval_method();
  }
  bool uses_regressors() const override { return variants_.front().model->uses_regressors(); }

  SeriesFit fit(const SeriesInput& input, const FitOptions& options) const override {
    std::vector<Trial> trials(variants_.size());
    const bool compared =
        variants_.size() > 1 && std::ssize(input.values) >= kParts * options_.held_out();
    for (std::size_t v = 0; compared && v < variants_.size(); ++v) {
      trials[v] = attempt(*variants_[v].model, input, options);
    }
    SeriesFit first_failure;
    for (const std::size_t v : order_of(trials)) {
      SeriesFit result = fit_whole(v, trials[v], input, options);
      if (result.fitted != nullptr) {
        result.fitted = std::make_unique<ChosenFitted>(variants_[v].label, std::move(result.fitted),
                                                       told(trials));
        return result;
      }
      if (first_failure.reason.empty()) first_failure = std::move(result);
    }
    return first_failure;
  }

  std::unique_ptr<FittedSeries> load(const json& state, const Calendar& calendar) const override {
    return std::make_unique<ChosenFitted>(
        state.at("variant").get<std::string>(),
        variants_.front().model->load(state.at("state"), calendar), state.at("choice"));
  }

 private:
  /// Variants by error, those that are equal in their own order.
  static std::vector<std::size_t> order_of(const std::vector<Trial>& trials) {
    std::vector<std::size_t> order(trials.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return trials[a].error < trials[b].error;
    });
    return order;
  }

  /// The last most_values before `cut`, without gaps at their ends.
  SeriesInput training_part(const SeriesInput& input, Index cut) const {
    const auto is_missing = [&](Index t) {
      return std::isnan(input.values[static_cast<std::size_t>(t)]);
    };
    Index known = cut;
    while (known > 1 && is_missing(known - 1)) --known;
    Index from = std::max<Index>(0, known - options_.most_values);
    while (from + 1 < known && is_missing(from)) ++from;
    SeriesInput training{input.calendar,
                         input.first + from,
                         input.values.subspan(static_cast<std::size_t>(from),
                                              static_cast<std::size_t>(known - from)),
                         {}};
    if (!input.regressors.names.empty()) {
      training.regressors = rows(input.regressors, input.regressors.names, from, known - from);
    }
    return training;
  }

  Trial attempt(const SeriesModel& model, const SeriesInput& input,
                const FitOptions& options) const {
    const Index cut = std::ssize(input.values) - options_.held_out();
    const SeriesInput training = training_part(input, cut);
    const Index known = training.first - input.first + std::ssize(training.values);
    FitOptions own = options;
    own.trial = true;
    Trial trial;
    trial.fit = model.fit(training, own);
    if (trial.fit.fitted == nullptr) return trial;
    const std::unique_ptr<FittedSeries> moving = trial.fit.fitted->clone();
    move_on(*moving, input, known, cut);
    trial.error = error_on_origins(*moving, input, cut);
    return trial;
  }

  /// Over the values from `from` to `to`.
  static void move_on(FittedSeries& fitted, const SeriesInput& input, Index from, Index to) {
    if (from == to) return;
    fitted.update(
        input.values.subspan(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from)),
        rows(input.regressors, fitted.needs(), from, to - from));
  }

  /// Moves on over the origins. Mean absolute error over all of them; infinite where nothing can be
  /// scored.
  double error_on_origins(FittedSeries& moving, const SeriesInput& input, Index cut) const {
    const std::vector<std::string> needs = moving.needs();
    double sum = 0;
    Index count = 0;
    for (Index origin = cut; origin + options_.horizon <= std::ssize(input.values);
         origin += options_.step) {
      const Regressors future = rows(input.regressors, needs, origin, options_.horizon);
      if (!future.values.allFinite()) return kInfinity;
      const PredictivePtr forecast = moving.forecast(options_.horizon, future);
      for (Index k = 0; k < options_.horizon; ++k) {
        const double y = input.values[static_cast<std::size_t>(origin + k)];
        if (std::isnan(y)) continue;
        sum += std::abs(y - forecast->mean(k));
        ++count;
      }
      move_on(moving, input, origin, std::min(origin + options_.step, std::ssize(input.values)));
    }
    const double error = sum / static_cast<double>(count);
    return std::isfinite(error) ? error : kInfinity;
  }

  SeriesFit fit_whole(std::size_t variant, const Trial& trial, const SeriesInput& input,
                      const FitOptions& options) const {
    const SeriesModel& model = *variants_[variant].model;
    return trial.fit.fitted != nullptr ? model.refit(input, *trial.fit.fitted, options)
                                       : model.fit(input, options);
  }

  json told(const std::vector<Trial>& trials) const {
    json rows = json::array();
    for (std::size_t v = 0; v < trials.size(); ++v) {
      json row = {{"variant", variants_[v].label}, {"mae", nullptr}};
      if (std::isfinite(trials[v].error)) row["mae"] = trials[v].error;
      rows.push_back(std::move(row));
    }
    return rows;
  }

  std::string name_;
  std::vector<Variant> variants_;
  RollingOptions options_;
};

}  // namespace

SeriesModelPtr best_on_rolling_origins(std::string name, std::vector<Variant> variants,
                                       const RollingOptions& options) {
  return std::make_shared<RollingChoice>(std::move(name), std::move(variants), options);
}

}  // namespace forecart
