#include "aws/sagemaker_model.h"

#include "aws/sagemaker_results.h"
#include "base/error.h"
#include "pipeline/saved_forecast.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace forecart {

namespace {

using nlohmann::json;
namespace fs = std::filesystem;

Repository open_trained(const fs::path& folder) {
  if (Repository::is_at(folder)) return Repository::open(folder);
  throw Error(ErrorCode::not_found,
              fmt::format("'{}' holds no trained model; give the endpoint the model.tar.gz that "
                          "forecart sagemaker train left",
                          folder.string()));
}

json manifest_of(const Repository& repository) {
  const auto pointers = repository.store().list("current/");
  if (pointers.size() != 1) {
    throw Error(ErrorCode::bad_data,
                fmt::format("the trained model has {} current runs in place of one; train again",
                            pointers.size()));
  }
  const json pointer = repository.read_json(pointers.front());
  return repository.read_json(pointer.at("manifest").get<std::string>());
}

Calendar calendar_of(const json& manifest) {
  return {Frequency::parse(manifest.at("panels").at(0).at("frequency").get<std::string>()),
          TimeZone::named(manifest.value("time_zone", "none"))};
}

/// The same series by the place that a state has for it.
std::optional<SeriesForecast> of_series(const Forecast& forecast, std::string_view id) {
  const auto found = std::find_if(forecast.series.begin(), forecast.series.end(),
                                  [&](const SeriesForecast& one) { return one.id == id; });
  if (found == forecast.series.end()) return std::nullopt;
  return *found;
}

/// The values of a series from a bucket on.
Panel from(const Panel& panel, Bucket first) {
  return panel.between(first, std::max(first, panel.end()));
}

}  // namespace

TrainedModel::TrainedModel(const fs::path& folder)
    : repository_(open_trained(folder)),
      manifest_(manifest_of(repository_)),
      panel_(manifest_.at("panels").at(0)),
      calendar_(calendar_of(manifest_)),
      model_(best_scores(repository_, manifest_).at("model").get<std::string>()),
      availability_(availability_told(manifest_, panel_.at("panel").get<std::string>())) {}

InvocationDefaults TrainedModel::defaults() const {
  InvocationDefaults defaults;
  defaults.freq = calendar_.frequency().name();
  defaults.prediction_length = panel_.at("horizon").get<int>();
  defaults.model = model_;
  return defaults;
}

std::vector<double> TrainedModel::levels() const {
  return manifest_.at("options").at("levels").get<std::vector<double>>();
}

bool TrainedModel::knows(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  if (!ids_) {
    std::set<std::string, std::less<>> ids;
    const std::string key =
        Repository::run_key(manifest_.at("dataset").get<std::string>(),
                            manifest_.at("run").get<std::string>(), "ledger.json");
    for (const json& row : repository_.read_json(key)) {
      if (row.at("panel") == panel_.at("panel")) ids.insert(row.at("unique_id").get<std::string>());
    }
    ids_ = std::move(ids);
  }
  return ids_->contains(id);
}

std::optional<SeriesForecast> TrainedModel::forecast(const std::string& model, const Panel& recent,
                                                     Eigen::Index horizon) const {
  const std::string id(recent[0].id);
  const auto fitted = state_of(model, id);
  if (!fitted) return std::nullopt;
  const auto next = of_series(fitted->forecast(horizon), id);
  if (!next || recent.end() <= next->first || recent[0].values.empty()) return next;
  fitted->update(from(recent, next->first));
  return of_series(fitted->forecast(horizon), id);
}

std::unique_ptr<Fitted> TrainedModel::state_of(const std::string& model,
                                               const std::string& id) const {
  const auto panel = panel_.at("panel").get<std::string>();
  if (auto own = state_of_run_for(repository_, manifest_, panel, model, availability_, id)) {
    return own;
  }
  const auto all = whole(model);
  return all == nullptr ? nullptr : all->clone();
}

std::shared_ptr<const Fitted> TrainedModel::whole(const std::string& model) const {
  const std::lock_guard lock(mutex_);
  const auto known = whole_.find(model);
  if (known != whole_.end()) return known->second;
  std::shared_ptr<const Fitted> state = state_of_run(
      repository_, manifest_, panel_.at("panel").get<std::string>(), model, availability_);
  return whole_.emplace(model, std::move(state)).first->second;
}

}  // namespace forecart
