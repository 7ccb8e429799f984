#pragma once

#include "models/series_model.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace forecart {

/// A fitted model around another.
class WrappingFitted : public FittedSeries {
 public:
  explicit WrappingFitted(std::unique_ptr<FittedSeries> inner) : inner_(std::move(inner)) {}

  std::vector<std::string> needs() const override { return inner_->needs(); }
  const FittedSeries& inner() const { return *inner_; }

 protected:
  FittedSeries& inner() { return *inner_; }

 private:
  std::unique_ptr<FittedSeries> inner_;
};

/// A model that fits another to values of its own making. What it gives is a WrappingFitted around
/// what the other gave.
class WrappingModel : public SeriesModel {
 public:
  std::string interval_method() const override { return model_->interval_method(); }
  bool uses_regressors() const override { return model_->uses_regressors(); }
  SeriesFit fit(const SeriesInput& input, const FitOptions& options) const final;
  SeriesFit refit(const SeriesInput& input, const FittedSeries& earlier,
                  const FitOptions& options) const final;

 protected:
  using InnerFit = std::function<SeriesFit(const SeriesInput&)>;

  explicit WrappingModel(SeriesModelPtr model) : model_(std::move(model)) {}

  /// `fit` fits the inner model, anew or again.
  virtual SeriesFit fit_with(const SeriesInput& input, const FitOptions& options,
                             const InnerFit& fit) const = 0;

  const SeriesModel& model() const { return *model_; }

 private:
  SeriesModelPtr model_;
};

}  // namespace forecart
