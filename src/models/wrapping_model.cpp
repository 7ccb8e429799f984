#include "models/wrapping_model.h"

namespace forecart {

SeriesFit WrappingModel::fit(const SeriesInput& input, const FitOptions& options) const {
  return fit_with(input, options,
                  [&](const SeriesInput& inside) { return model_->fit(inside, options); });
}

SeriesFit WrappingModel::refit(const SeriesInput& input, const FittedSeries& earlier,
                               const FitOptions& options) const {
  const FittedSeries& inner = dynamic_cast<const WrappingFitted&>(earlier).inner();
  return fit_with(input, options,
                  [&](const SeriesInput& inside) { return model_->refit(inside, inner, options); });
}

}  // namespace forecart
