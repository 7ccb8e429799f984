#include "models/transformed.h"

#include <fmt/format.h>

#include <limits>
#include <utility>

namespace forecart {

namespace {

using nlohmann::json;

class TransformedFitted final : public FittedSeries {
 public:
  TransformedFitted(Transform transform, std::unique_ptr<FittedSeries> inner)
      : transform_(transform), inner_(std::move(inner)) {}

  PredictivePtr forecast(Eigen::Index horizon, const Regressors& future) const override {
    return back_transform(transform_, inner_->forecast(horizon, future));
  }
  void update(std::span<const double> values, const Regressors& beside) override {
    std::vector<double> inside(values.begin(), values.end());
    for (double& y : inside) {
      if (!in_domain(transform_, std::span(&y, 1))) y = std::numeric_limits<double>::quiet_NaN();
    }
    inner_->update(transformed_values(transform_, inside), beside);
  }
  std::vector<std::string> needs() const override { return inner_->needs(); }
  std::unique_ptr<FittedSeries> clone() const override {
    return std::make_unique<TransformedFitted>(transform_, inner_->clone());
  }
  json save() const override {
    return {{"transform", to_string(transform_)}, {"state", inner_->save()}};
  }
  json explain() const override {
    json result = inner_->explain();
    result["transform"] = to_string(transform_);
    return result;
  }

 private:
  Transform transform_;
  std::unique_ptr<FittedSeries> inner_;
};

class Transformed final : public SeriesModel {
 public:
  Transformed(SeriesModelPtr model, Transform transform)
      : model_(std::move(model)), transform_(transform) {}

  std::string name() const override { return model_->name(); }
  std::string interval_method() const override { return model_->interval_method(); }
  bool uses_regressors() const override { return model_->uses_regressors(); }

  SeriesFit fit(const SeriesInput& input, const FitOptions& options) const override {
    if (!in_domain(transform_, input.values)) {
      const auto* const needs = transform_ == Transform::log ? "above zero" : "not below zero";
      return {nullptr, fmt::format("transform {} needs values {}", to_string(transform_), needs),
              false};
    }
    const std::vector<double> values = transformed_values(transform_, input.values);
    SeriesFit result =
        model_->fit({input.calendar, input.first, values, input.regressors}, options);
    if (result.fitted != nullptr) {
      result.fitted = std::make_unique<TransformedFitted>(transform_, std::move(result.fitted));
    }
    return result;
  }

  std::unique_ptr<FittedSeries> load(const json& state, const Calendar& calendar) const override {
    const Transform transform = parse_transform(state.at("transform").get<std::string>());
    return std::make_unique<TransformedFitted>(transform,
                                               model_->load(state.at("state"), calendar));
  }

 private:
  SeriesModelPtr model_;
  Transform transform_;
};

}  // namespace

SeriesModelPtr transformed(SeriesModelPtr model, Transform transform) {
  return std::make_shared<Transformed>(std::move(model), transform);
}

}  // namespace forecart
