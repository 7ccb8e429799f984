#include "models/last_value.h"

#include "models/saved_state.h"

#include <nlohmann/json.hpp>

#include <cmath>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::VectorXd;
using nlohmann::json;

class FittedLastValue final : public FittedSeries {
 public:
  explicit FittedLastValue(double last) : last_(last) {}

  PredictivePtr forecast(Index horizon, const Regressors&) const override {
    return std::make_shared<GaussianPredictive>(VectorXd::Constant(horizon, last_),
                                                VectorXd::Ones(1), std::abs(last_));
  }
  void update(std::span<const double> values, const Regressors&) override {
    for (const double y : values) {
      if (!std::isnan(y)) last_ = y;
    }
  }
  std::unique_ptr<FittedSeries> clone() const override {
    return std::make_unique<FittedLastValue>(*this);
  }
  json save() const override { return {{"last", last_}}; }
  json explain() const override { return save(); }

 private:
  double last_;
};

class LastValue final : public SeriesModel {
 public:
  std::string name() const override { return "LastValue"; }
  std::string interval_method() const override { return "Poisson"; }
  SeriesFit fit(const SeriesInput& input, const FitOptions&) const override {
    auto fitted = std::make_unique<FittedLastValue>(0);
    fitted->update(input.values, {});
    return {std::move(fitted), "", true};
  }
  std::unique_ptr<FittedSeries> load(const json& state, const Calendar&) const override {
    const auto last = state.at("last").get<double>();
    if (!std::isfinite(last)) refuse_state(name(), "last");
    return std::make_unique<FittedLastValue>(last);
  }
};

}  // namespace

SeriesModelPtr make_last_value() {
  return std::make_shared<LastValue>();
}

}  // namespace forecart
