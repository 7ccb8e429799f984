#include "models/seasonal_adjustment.h"

#include "models/saved_state.h"
#include "series/derived_predictive.h"
#include "series/seasonal_figure.h"
#include "series/transform.h"

#include <cassert>
#include <cmath>
#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::VectorXd;
using nlohmann::json;

/// A figure, and how values meet it.
struct Adjustment {
  SeasonalFigure figure;
  bool multiplies = false;

  /// `values` begin `from` steps after the first that the figure knows.
  std::vector<double> adjusted(std::span<const double> values, Index from) const {
    std::vector<double> result(values.begin(), values.end());
    for (std::size_t i = 0; i < result.size(); ++i) {
      const double part = figure.at(from + static_cast<Index>(i));
      if (multiplies)
        result[i] /= std::exp(part);
      else
        result[i] -= part;
    }
    return result;
  }
};

class AdjustedFitted final : public FittedSeries {
 public:
  AdjustedFitted(Adjustment adjustment, Index next, std::unique_ptr<FittedSeries> inner)
      : adjustment_(std::move(adjustment)), next_(next), inner_(std::move(inner)) {}

  PredictivePtr forecast(Index horizon, const Regressors& future) const override {
    const VectorXd part = adjustment_.figure.path(next_, horizon);
    PredictivePtr inner = inner_->forecast(horizon, future);
    if (adjustment_.multiplies)
      return affine(std::move(inner), part.array().exp(), VectorXd::Zero(horizon));
    return affine(std::move(inner), VectorXd::Ones(horizon), part);
  }

  Components components(Index horizon, const Regressors& future) const override {
    Components parts = inner_->components(horizon, future);
    const VectorXd mean = means_of(*forecast(horizon, future));
    parts.add(season_part(static_cast<double>(adjustment_.figure.values.size())),
              mean - means_of(*inner_->forecast(horizon, future)));
    parts.complete(kRemainder, mean);
    return parts;
  }

  void update(std::span<const double> values, const Regressors& beside) override {
    inner_->update(adjustment_.adjusted(values, next_), beside);
    next_ = (next_ + std::ssize(values)) % adjustment_.figure.values.size();
  }
  std::vector<std::string> needs() const override { return inner_->needs(); }
  const FittedSeries& inner() const { return *inner_; }

  std::unique_ptr<FittedSeries> clone() const override {
    return std::make_unique<AdjustedFitted>(adjustment_, next_, inner_->clone());
  }
  json save() const override {
    const VectorXd& values = adjustment_.figure.values;
    return {{"figure", std::vector<double>(values.begin(), values.end())},
            {"multiplies", adjustment_.multiplies},
            {"next", next_},
            {"state", inner_->save()}};
  }
  json explain() const override {
    json result = inner_->explain();
    const VectorXd& values = adjustment_.figure.values;
    result["seasonal_figure"] = std::vector<double>(values.begin(), values.end());
    result["seasonal_figure_multiplies"] = adjustment_.multiplies;
    return result;
  }

 private:
  Adjustment adjustment_;
  Index next_;  // place of the first step ahead in the season
  std::unique_ptr<FittedSeries> inner_;
};

class SeasonallyAdjusted final : public SeriesModel {
 public:
  SeasonallyAdjusted(SeriesModelPtr model, int season)
      : model_(std::move(model)), season_(season) {}

  std::string name() const override { return model_->name(); }
  std::string interval_method() const override { return model_->interval_method(); }
  bool uses_regressors() const override { return model_->uses_regressors(); }

  SeriesFit fit(const SeriesInput& input, const FitOptions& options) const override {
    return fit_with(input, [&](const SeriesInput& inside) { return model_->fit(inside, options); });
  }

  SeriesFit refit(const SeriesInput& input, const FittedSeries& earlier,
                  const FitOptions& options) const override {
    const auto& inner = dynamic_cast<const AdjustedFitted&>(earlier).inner();
    return fit_with(
        input, [&](const SeriesInput& inside) { return model_->refit(inside, inner, options); });
  }

  std::unique_ptr<FittedSeries> load(const json& state, const Calendar& calendar) const override {
    const auto values = state.at("figure").get<std::vector<double>>();
    if (values.size() < 2) refuse_state(name(), "figure");
    Adjustment adjustment;
    adjustment.figure.values = Eigen::Map<const VectorXd>(values.data(), std::ssize(values));
    adjustment.multiplies = state.at("multiplies").get<bool>();
    return std::make_unique<AdjustedFitted>(std::move(adjustment),
                                            whole_number(state, "next", 0, std::ssize(values) - 1),
                                            model_->load(state.at("state"), calendar));
  }

 private:
  /// `fit` sees the adjusted values.
  template <class Fit>
  SeriesFit fit_with(const SeriesInput& input, const Fit& fit) const {
    Adjustment adjustment;
    adjustment.multiplies = in_domain(Transform::log, input.values);
    const Transform scale = adjustment.multiplies ? Transform::log : Transform::none;
    adjustment.figure =
        seasonal_figure(transformed_values(scale, input.values), {.season = season_});
    const std::vector<double> values = adjustment.adjusted(input.values, 0);
    SeriesFit result = fit({input.calendar, input.first, values, input.regressors});
    if (result.fitted == nullptr) return result;
    result.fitted = std::make_unique<AdjustedFitted>(
        std::move(adjustment), std::ssize(values) % season_, std::move(result.fitted));
    return result;
  }

  SeriesModelPtr model_;
  int season_;
};

}  // namespace

SeriesModelPtr seasonally_adjusted(SeriesModelPtr model, int season) {
  assert(season >= 2);
  return std::make_shared<SeasonallyAdjusted>(std::move(model), season);
}

}  // namespace forecart
