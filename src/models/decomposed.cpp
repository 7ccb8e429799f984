#include "models/decomposed.h"

#include "models/saved_state.h"
#include "series/derived_predictive.h"
#include "series/mstl.h"

#include <utility>

namespace forecart {

namespace {

using Eigen::Index;
using Eigen::VectorXd;
using nlohmann::json;

/// The last cycle of one season; value i belongs to place i.
struct LastCycle {
  VectorXd values;
  Index next = 0;  // place of the first step ahead

  double at(Index step) const { return values[(next + step) % values.size()]; }
  VectorXd path(Index horizon) const {
    VectorXd result(horizon);
    for (Index k = 0; k < horizon; ++k) result[k] = at(k);
    return result;
  }
};

class DecomposedFitted final : public FittedSeries {
 public:
  DecomposedFitted(std::vector<LastCycle> seasons, std::unique_ptr<FittedSeries> inner)
      : seasons_(std::move(seasons)), inner_(std::move(inner)) {}

  PredictivePtr forecast(Index horizon, const Regressors& future) const override {
    VectorXd sum = VectorXd::Zero(horizon);
    for (const LastCycle& season : seasons_) sum += season.path(horizon);
    return affine(inner_->forecast(horizon, future), VectorXd::Ones(horizon), std::move(sum));
  }

  Components components(Index horizon, const Regressors& future) const override {
    Components parts = inner_->components(horizon, future);
    for (const LastCycle& season : seasons_)
      parts.add(season_part(static_cast<double>(season.values.size())), season.path(horizon));
    return parts;
  }

  void update(std::span<const double> values, const Regressors& beside) override {
    std::vector<double> rest(values.begin(), values.end());
    for (LastCycle& season : seasons_) {
      for (std::size_t i = 0; i < rest.size(); ++i) rest[i] -= season.at(static_cast<Index>(i));
      season.next = (season.next + std::ssize(values)) % season.values.size();
    }
    inner_->update(rest, beside);
  }
  std::vector<std::string> needs() const override { return inner_->needs(); }
  const FittedSeries& inner() const { return *inner_; }

  std::unique_ptr<FittedSeries> clone() const override {
    return std::make_unique<DecomposedFitted>(seasons_, inner_->clone());
  }
  json save() const override { return {{"seasons", seasons()}, {"state", inner_->save()}}; }
  json explain() const override { return {{"seasons", seasons()}, {"rest", inner_->explain()}}; }

 private:
  json seasons() const {
    json result = json::array();
    for (const LastCycle& season : seasons_) {
      result.push_back(
          {{"last_cycle", std::vector<double>(season.values.begin(), season.values.end())},
           {"next", season.next}});
    }
    return result;
  }

  std::vector<LastCycle> seasons_;
  std::unique_ptr<FittedSeries> inner_;
};

class Decomposed final : public SeriesModel {
 public:
  Decomposed(SeriesModelPtr model, std::vector<int> seasons)
      : model_(std::move(model)), seasons_(std::move(seasons)) {}

  std::string name() const override { return "MSTL"; }
  std::string interval_method() const override { return model_->interval_method(); }
  bool uses_regressors() const override { return model_->uses_regressors(); }

  SeriesFit fit(const SeriesInput& input, const FitOptions& options) const override {
    return fit_with(input, [&](const SeriesInput& inside) { return model_->fit(inside, options); });
  }

  SeriesFit refit(const SeriesInput& input, const FittedSeries& earlier,
                  const FitOptions& options) const override {
    const auto& inner = dynamic_cast<const DecomposedFitted&>(earlier).inner();
    return fit_with(
        input, [&](const SeriesInput& inside) { return model_->refit(inside, inner, options); });
  }

  std::unique_ptr<FittedSeries> load(const json& state, const Calendar& calendar) const override {
    std::vector<LastCycle> seasons;
    for (const json& row : state.at("seasons")) {
      const auto cycle = row.at("last_cycle").get<std::vector<double>>();
      if (cycle.size() < 2) refuse_state(name(), "last_cycle");
      seasons.push_back({Eigen::Map<const VectorXd>(cycle.data(), std::ssize(cycle)),
                         whole_number(row, "next", 0, std::ssize(cycle) - 1)});
    }
    return std::make_unique<DecomposedFitted>(std::move(seasons),
                                              model_->load(state.at("state"), calendar));
  }

 private:
  /// `fit` sees what the seasons leave; missing stays missing.
  template <class Fit>
  SeriesFit fit_with(const SeriesInput& input, const Fit& fit) const {
    const Decomposition parts = mstl(input.values, seasons_);
    std::vector<double> rest(input.values.begin(), input.values.end());
    std::vector<LastCycle> cycles;
    for (std::size_t s = 0; s < parts.seasons.size(); ++s) {
      const VectorXd& season = parts.seasonal[s];
      for (std::size_t t = 0; t < rest.size(); ++t) rest[t] -= season[static_cast<Index>(t)];
      cycles.push_back({season.tail(parts.seasons[s]), 0});
    }
    SeriesFit result = fit({input.calendar, input.first, rest, input.regressors});
    if (result.fitted == nullptr) return result;
    result.fitted = std::make_unique<DecomposedFitted>(std::move(cycles), std::move(result.fitted));
    return result;
  }

  SeriesModelPtr model_;
  std::vector<int> seasons_;
};

}  // namespace

SeriesModelPtr make_decomposed(SeriesModelPtr model, std::vector<int> seasons) {
  return std::make_shared<Decomposed>(std::move(model), std::move(seasons));
}

}  // namespace forecart
