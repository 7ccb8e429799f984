#include "models/transformed.h"

#include "models/saved_state.h"
#include "models/stability.h"
#include "models/wrapping_model.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>
#include <utility>

namespace forecart {

namespace {

using nlohmann::json;

/// The ceiling is saved where there is one; JSON has no infinity.
json state_of(const Transform& transform) {
  json state{{"transform", to_string(transform)}};
  if (transform.ceiling < std::numeric_limits<double>::infinity())
    state["ceiling"] = transform.ceiling;
  return state;
}

Transform transform_from(const json& state) {
  Transform transform = parse_transform(state.at("transform").get<std::string>());
  const bool falls = transform.lambda.value_or(1) < 0;
  if (falls) transform.ceiling = state.at("ceiling").get<double>();
  const bool whole = transform.kind != Transform::Kind::box_cox || transform.lambda;
  if (!whole || !(transform.ceiling > 0)) refuse_state("a transformed model", "transform");
  return transform;
}

class TransformedFitted final : public WrappingFitted {
 public:
  TransformedFitted(const Transform& transform, std::unique_ptr<FittedSeries> inner)
      : WrappingFitted(std::move(inner)), transform_(transform) {}

  PredictivePtr forecast(Eigen::Index horizon, const Regressors& future) const override {
    return back_transform(transform_, inner().forecast(horizon, future));
  }
  void update(std::span<const double> values, const Regressors& beside) override {
    std::vector<double> inside(values.begin(), values.end());
    for (double& y : inside) {
      if (!in_domain(transform_, std::span(&y, 1))) y = std::numeric_limits<double>::quiet_NaN();
      if (y > transform_.ceiling) transform_.ceiling = y;
    }
    inner().update(transformed_values(transform_, inside), beside);
  }
  Components components(Eigen::Index horizon, const Regressors& future) const override {
    return back_transform(transform_, inner().components(horizon, future),
                          means_of(*forecast(horizon, future)));
  }
  std::unique_ptr<FittedSeries> clone() const override {
    return std::make_unique<TransformedFitted>(transform_, inner().clone());
  }
  Restart restarted() const override {
    Restart inside = inner().restarted();
    if (inside.fitted == nullptr) return inside;
    return {std::make_unique<TransformedFitted>(transform_, std::move(inside.fitted)),
            inside.warm_up};
  }
  json save() const override {
    json state = state_of(transform_);
    state["state"] = inner().save();
    return state;
  }
  json explain() const override {
    json result = inner().explain();
    result["transform"] = to_string(transform_);
    return result;
  }

 private:
  Transform transform_;
};

class Transformed final : public WrappingModel {
 public:
  Transformed(SeriesModelPtr model, const Transform& transform, int season)
      : WrappingModel(std::move(model)), transform_(transform), season_(season) {}

  std::string name() const override { return model().name(); }
  std::unique_ptr<FittedSeries> load(const json& state, const Calendar& calendar) const override {
    return std::make_unique<TransformedFitted>(transform_from(state),
                                               model().load(state.at("state"), calendar));
  }

 private:
  /// `fit` sees the transformed values.
  SeriesFit fit_with(const SeriesInput& input, const FitOptions& options,
                     const InnerFit& fit) const override {
    if (const auto obstacle = domain_obstacle(transform_, input.values)) {
      return {nullptr, *obstacle, false};
    }
    const Transform own = fitted_transform(transform_, input.values, season_);
    const std::vector<double> values = transformed_values(own, input.values);
    SeriesFit result = fit({input.calendar, input.first, values, input.regressors});
    if (result.fitted == nullptr) return result;
    result.fitted = std::make_unique<TransformedFitted>(own, std::move(result.fitted));
    const bool checked = options.trial || own.kind == Transform::Kind::none;
    if (checked || !result.fitted->needs().empty()) return result;
    const std::string flaw =
        instability(*result.fitted, input.values, Eigen::Index{2} * std::max(season_, 12));
    return flaw.empty() ? std::move(result) : SeriesFit{nullptr, flaw, false};
  }

  Transform transform_;
  int season_;
};

}  // namespace

SeriesModelPtr transformed(SeriesModelPtr model, const Transform& transform, int season) {
  return std::make_shared<Transformed>(std::move(model), transform, season);
}

}  // namespace forecart
