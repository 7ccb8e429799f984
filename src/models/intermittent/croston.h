#pragma once

#include "models/series_model.h"

namespace forecart {

/// How Croston's method turns smoothed sizes z and intervals p into a forecast.
enum class CrostonVariant {
  classic,    ///< z / p, alpha .1 [Croston1972]
  sba,        ///< (1 - alpha / 2) z / p, which takes the bias away [SyntetosBoylan2005]
  optimized,  ///< z / p, each with the alpha in [.1, .3] that is best on its own series
};

/// Croston's method: sizes of demands and intervals between them smoothed apart, at demands only.
/// A missing period is as if it was not there. Needs values that are never negative; a series
/// without any demand is forecast as zero. Predictive distribution: CompoundDemand.
SeriesModelPtr make_croston(CrostonVariant variant);

struct TsbOptions {
  double size_alpha = 0.1;
  double probability_alpha = 0.05;
};

/// Teunter, Syntetos and Babai: the probability of a demand smoothed in every period, so that an
/// item that no longer sells fades out, times the smoothed size [Teunter2011].
SeriesModelPtr make_tsb(TsbOptions options = {});

}  // namespace forecart
