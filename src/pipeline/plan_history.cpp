#include "pipeline/plan_history.h"

#include "base/process_usage.h"
#include "models/net/kernel.h"
#include "pipeline/change_causes.h"
#include "pipeline/find_run.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace forecart {

namespace {

using nlohmann::json;

/// True for a run that tells what it took, on such a processor and with such a kernel as now.
bool is_like_now(const json& manifest, const std::string& kernel) {
  const json host = manifest.value("host", json::object());
  return manifest.contains("status") && has_results(manifest) && manifest.contains("usage") &&
         host.value("processor", "") == processor_name() && manifest.at("kernel") == kernel;
}

/// True for a run that fitted all models itself, from nothing and as long as they needed.
bool fitted_all(const json& manifest) {
  const json options = manifest.value("options", json::object());
  const json& panels = manifest.at("panels");
  return !manifest.contains("plan") && !options.value("warm_start", false) &&
         options.value("time_budget", json()).is_null() &&
         std::all_of(panels.begin(), panels.end(),
                     [](const json& panel) { return panel.value("retraining", json()).is_null(); });
}

/// True for a run all of whose panels went on from the run before.
bool went_on(const json& manifest) {
  const json& panels = manifest.at("panels");
  return std::none_of(panels.begin(), panels.end(), [](const json& panel) {
    return panel.value("retraining", json()).is_null();
  });
}

PanelSize size_of(const json& manifest, const json& panel) {
  const json& options = manifest.at("options");
  PanelSize size;
  size.series = panel.at("series").get<std::int64_t>();
  size.values = panel.at("values").get<std::int64_t>();
  size.season = panel.at("season_length").get<int>();
  size.horizon = panel.at("horizon").get<std::int64_t>();
  size.windows = panel.at("windows").get<std::int64_t>();
  size.fits = fits_of(size.windows, options.at("refit").get<std::int64_t>(),
                      panel.at("refitted").get<bool>());
  size.training_steps = options.at("network").at("training_steps").get<int>();
  return size;
}

}  // namespace

std::vector<std::string> models_of(const json& panel) {
  std::vector<std::string> models;
  for (const json& model : panel.at("model_seconds")) {
    std::string name = base_of(model.at("model").get<std::string>());
    if (std::find(models.begin(), models.end(), name) == models.end()) {
      models.push_back(std::move(name));
    }
  }
  return models;
}

std::int64_t fits_of(std::int64_t windows, std::int64_t refit, bool refitted) {
  const std::int64_t before_origins = refit > 0 && windows > 0 ? (windows - 1) / refit : 0;
  return 1 + before_origins + (refitted ? 1 : 0);
}

PlanHistory::PlanHistory(const Repository& repository, const RunRequest& request) {
  const std::string kernel = net::best_kernel().name;
  for (const json& manifest : repository.runs(request.dataset)) {
    if (!is_like_now(manifest, kernel)) continue;
    if (went_on(manifest)) continued_ = manifest;
    if (!fitted_all(manifest)) continue;
    values_ = 0;
    for (const json& panel : manifest.at("panels")) {
      if (panel.contains("model_core_seconds")) learn(manifest, panel);
    }
    peak_bytes_ = manifest.at("usage").at("peak_memory_bytes").get<double>();
  }
}

void PlanHistory::learn(const json& manifest, const json& panel) {
  const auto members = manifest.at("options").at("members").get<std::vector<std::string>>();
  const auto models = models_of(panel);
  values_ += panel.at("values").get<std::int64_t>();
  const double table = table_seconds(models, members, size_of(manifest, panel));
  if (table <= 0) return;
  ratios_[{panel.at("panel").get<std::string>(), models}] = {
      manifest.at("run").get<std::string>(), panel.at("model_core_seconds").get<double>() / table};
}

std::optional<double> PlanHistory::memory_for(std::int64_t values) const {
  if (values_ == 0) return std::nullopt;
  const double grown = static_cast<double>(values) / static_cast<double>(values_);
  return kProgramBytes + grown * std::max(0.0, peak_bytes_ - kProgramBytes);
}

std::optional<PlanHistory::Ratio> PlanHistory::ratio_of(
    const std::string& panel, const std::vector<std::string>& models) const {
  const auto found = ratios_.find({panel, models});
  if (found == ratios_.end()) return std::nullopt;
  return found->second;
}

}  // namespace forecart
