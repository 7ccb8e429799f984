#pragma once

#include "evaluation/demand_model.h"
#include "models/model.h"
#include "pipeline/invocation.h"
#include "pipeline/repository.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

namespace forecart {

/// What a training left (write_trained), for forecasts: the first panel of its run. States are read
/// when they are asked for: of a series alone where the model keeps them so, else all of it once.
class TrainedModel final : public KnownSeries {
 public:
  /// Throws Error not_found where the folder holds no trained model, bad_data for a damaged one.
  explicit TrainedModel(const std::filesystem::path& folder);

  /// What a request need not say.
  InvocationDefaults defaults() const;
  std::vector<double> levels() const;

  const Calendar& calendar() const override { return calendar_; }
  bool knows(const std::string& id) const override;
  std::optional<SeriesForecast> forecast(const std::string& model, const Panel& recent,
                                         Eigen::Index horizon) const override;

 private:
  /// A state of its own; null where there is no such model, or it does not know the series.
  std::unique_ptr<Fitted> state_of(const std::string& model, const std::string& id) const;
  std::shared_ptr<const Fitted> whole(const std::string& model) const;

  Repository repository_;
  nlohmann::json manifest_;
  nlohmann::json panel_;
  Calendar calendar_;
  std::string model_;  ///< the best
  AvailabilityPtr availability_;
  mutable std::mutex mutex_;  ///< of what is read when it is asked for
  mutable std::optional<std::set<std::string, std::less<>>> ids_;
  mutable std::map<std::string, std::shared_ptr<const Fitted>> whole_;
};

}  // namespace forecart
