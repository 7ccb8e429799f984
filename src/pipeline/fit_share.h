#pragma once

#include "pipeline/model_registry.h"
#include "pipeline/run.h"
#include "pipeline/stored_pieces.h"

#include <cstddef>
#include <string>
#include <vector>

namespace forecart {

/// What fit_share has done.
struct ShareReport {
  std::size_t series = 0;              ///< of the share, in all panels
  std::vector<std::string> pooling{};  ///< models that learn from all series, by panel
  double seconds = 0;
};

/// Those of the models, and of the candidates of AutoSelect where it is one of them, that learn
/// from all series at once and whose fits shares can take; no candidate that the panel has too few
/// series for.
std::vector<std::string> pooling_models(const std::vector<std::string>& models,
                                        const ModelOptions& options, const Panel& panel);

/// Fits a share of the series of the data set's panels as the run of `request` will, and keeps the
/// fits with request.plan, where that run finds them: before the first origin of the proof and,
/// where it fits anew, on all data. Of AutoSelect these are the fits to its own origins, too, and
/// those of the models that the share by itself would choose. Models that learn from all series at
/// once, its candidates and those that stand alone, go round the shares, each as a whole. Sales
/// must be clean (refresh_sales). May be called again, or never: it saves the run time and changes
/// nothing of it. Throws as run_dataset.
ShareReport fit_share(const RunRequest& request, const Share& share);

}  // namespace forecart
