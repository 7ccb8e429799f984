#include "aws/sagemaker_results.h"

#include "base/error.h"
#include "evaluation/backtest.h"
#include "evaluation/metrics.h"
#include "pipeline/saved_forecast.h"
#include "pipeline/state_parts.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <set>

namespace forecart {

namespace {

using nlohmann::json;
namespace fs = std::filesystem;

std::string key_in(const json& manifest, const std::string& name) {
  return Repository::run_key(manifest.at("dataset").get<std::string>(),
                             manifest.at("run").get<std::string>(), name);
}

const json& first_panel(const json& manifest) {
  return manifest.at("panels").at(0);
}

/// Models of the first panel that forecast, in their order.
std::vector<std::string> models_of(const json& manifest) {
  std::vector<std::string> names;
  for (const json& model : manifest.at("models")) {
    if (model.at("panel") == first_panel(manifest).at("panel")) {
      names.push_back(model.at("model").get<std::string>());
    }
  }
  return names;
}

void copy_object(const Repository& from, const std::string& key, Repository& to) {
  to.store().put_file(key, from.store().fetch(key));
}

/// Forecasts of one series beside what came.
std::vector<ScoredPoint> scored(const SeriesForecast& forecast, Eigen::Index horizon,
                                const SeriesView& came, const std::vector<double>& levels) {
  std::vector<ScoredPoint> points;
  for (Eigen::Index step = 0; step < horizon; ++step) {
    const Bucket at = forecast.first + static_cast<Bucket>(step) - came.first;
    if (at < 0 || at >= std::ssize(came.values)) continue;
    const double y = came.values[static_cast<std::size_t>(at)];
    if (std::isnan(y)) continue;
    points.push_back(forecast_point(*forecast.distribution, step, levels));
    points.back().y = y;
  }
  return points;
}

json scores_json(const Metrics& metrics, const std::vector<double>& levels) {
  json scores{{"mae", metrics.mae},     {"mse", metrics.mse},   {"rmse", metrics.rmse},
              {"smape", metrics.smape}, {"mase", metrics.mase}, {"rmsse", metrics.rmsse},
              {"wape", metrics.wape},   {"bias", metrics.bias}, {"crps", metrics.crps}};
  for (auto& score : scores) {
    if (!std::isfinite(score.get<double>())) score = nullptr;
  }
  for (std::size_t i = 0; i < levels.size(); ++i) {
    scores[fmt::format("coverage-{:g}", levels[i])] = metrics.coverage[i];
  }
  return scores;
}

}  // namespace

json best_scores(const Repository& repository, const json& manifest) {
  const std::vector<std::string> models = models_of(manifest);
  const auto has = [&](const json& name) {
    return std::find(models.begin(), models.end(), name) != models.end();
  };
  if (manifest.at("tables").contains("leaderboard")) {
    for (const json& row : repository.read_json(key_in(manifest, "leaderboard.json"))) {
      if (row.at("panel") == first_panel(manifest).at("panel") && has(row.at("model"))) return row;
    }
  }
  if (models.empty()) {
    throw Error(ErrorCode::bad_data, "the run has no model that forecasts; train again");
  }
  return {{"model", has("AutoSelect") ? std::string("AutoSelect") : models.front()}};
}

void copy_tables(const Repository& repository, const json& manifest, const fs::path& folder) {
  fs::create_directories(folder);
  for (const std::string& key : repository.store().list(key_in(manifest, ""))) {
    fs::copy_file(repository.store().fetch(key), folder / fs::path(key).filename(),
                  fs::copy_options::overwrite_existing);
  }
}

void write_trained(const Repository& repository, json manifest, const std::string& time_zone,
                   const fs::path& folder) {
  const auto dataset = manifest.at("dataset").get<std::string>();
  Repository trained = Repository::open_or_create(folder);
  for (const json& model : manifest.at("models")) {
    for (const std::string& key : told_state(model).keys()) copy_object(repository, key, trained);
  }
  for (const char* table : {"leaderboard", "ledger"}) {
    if (!manifest.at("tables").contains(table)) continue;
    copy_object(repository, key_in(manifest, fmt::format("{}.json", table)), trained);
  }
  const std::string key = key_in(manifest, "manifest.json");
  manifest["time_zone"] = time_zone;
  trained.write_json(key, manifest);
  const json pointer{{"run", manifest.at("run")}, {"manifest", key}};
  trained.set_current(dataset, trained.current(dataset), pointer);
  fs::remove_all(folder / ".work");
}

json test_scores(const Repository& repository, const json& manifest, const std::string& model,
                 const Panel& training, const Panel& test) {
  const json& panel = first_panel(manifest);
  const auto fitted =
      state_of_run(repository, manifest, panel.at("panel").get<std::string>(), model, nullptr);
  const auto horizon = panel.at("horizon").get<Eigen::Index>();
  const auto levels = manifest.at("options").at("levels").get<std::vector<double>>();
  const Forecast forecast = fitted->forecast(horizon);
  std::vector<Metrics> metrics;
  for (const SeriesForecast& series : forecast.series) {
    const Eigen::Index at = test.find(series.id);
    const Eigen::Index before = training.find(series.id);
    if (at < 0 || before < 0) continue;
    const auto points = scored(series, horizon, test[at], levels);
    if (points.empty()) continue;
    const Scale scale =
        in_sample_scale(training[before].values, panel.at("season_length").get<int>());
    metrics.push_back(score(points, levels, scale));
  }
  if (metrics.empty()) return nullptr;
  json scores = scores_json(mean_over_series(metrics), levels);
  scores["model"] = model;
  scores["series"] = metrics.size();
  return scores;
}

}  // namespace forecart
