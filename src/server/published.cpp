#include "server/published.h"

#include "base/error.h"
#include "pipeline/find_run.h"
#include "server/persons.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace forecart {

namespace {

std::string names_of(const ForecastIndex& index) {
  std::string names;
  for (const ForecastIndex::Panel& panel : index.panels()) {
    names += (names.empty() ? "" : ", ") + panel.name;
  }
  return names;
}

/// The first that one may see; the first of all where that is none, null where there are none.
const ForecastIndex::Panel* first_panel(const ForecastIndex& index, const Call& call) {
  const auto& panels = index.panels();
  const bool all = may_see_persons(call);
  const auto seen = std::find_if(panels.begin(), panels.end(),
                                 [all](const auto& panel) { return all || !panel.names_persons; });
  if (seen != panels.end()) return &*seen;
  return panels.empty() ? nullptr : &panels.front();
}

}  // namespace

std::optional<Published> published(const RouteServices& services, const Call& call,
                                   Patience patience) {
  const std::string& dataset = call.values[0];
  const std::string wanted(call.parameter("run"));
  std::string run = wanted;
  if (wanted.empty() || wanted == "current") {
    const auto known = services.shelf->recall_current(dataset);
    if (!known && patience == Patience::none) return std::nullopt;
    run = known ? *known : services.shelf->current(dataset);
  } else if (patience == Patience::any) {
    require_run_name(wanted);
    run = find_run(services.repository, dataset, wanted).at("run").get<std::string>();
  }
  if (run.empty()) {
    throw Error(
        ErrorCode::not_found,
        fmt::format("data set '{}' has no published run yet; POST .../runs asks for one", dataset));
  }
  std::shared_ptr<const ForecastIndex> index = services.shelf->recall_forecasts(dataset, run);
  if (index == nullptr && patience == Patience::none) return std::nullopt;
  if (index == nullptr) index = services.shelf->forecasts(dataset, run);
  return Published{run, std::move(index)};
}

const ForecastIndex::Panel& panel_of(const ForecastIndex& index, const Call& call) {
  const std::string_view name = call.parameter("panel");
  const auto* const panel = name.empty() ? first_panel(index, call) : index.panel(name);
  if (panel != nullptr) {
    require_seeing(call, *panel);
    return *panel;
  }
  throw Error(ErrorCode::unknown_name, fmt::format("the run has no panel '{}'; it has {}",
                                                   name.substr(0, 100), names_of(index)));
}

const ForecastIndex::Series& series_of(const ForecastIndex::Panel& panel, const Call& call) {
  const std::string_view id = call.parameter("unique_id");
  const auto* const series = ForecastIndex::series(panel, id);
  if (series != nullptr) return *series;
  throw Error(ErrorCode::unknown_name,
              fmt::format("panel '{}' has no series '{}'; GET .../series?search=... finds those of "
                          "its {}",
                          panel.name, id.substr(0, 200), panel.series.size()));
}

Parameter run_parameter() {
  return {"run", "its name, or the beginning of it; the current one where none is given",
          R"({"type":"string","maxLength":64,"pattern":"^[0-9A-Za-z.-]*$"})"};
}

}  // namespace forecart
