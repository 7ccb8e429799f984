#include "aws/sagemaker_table.h"

#include "base/hash.h"
#include "base/parallel.h"
#include "evaluation/item_life.h"
#include "models/net/kernel.h"
#include "pipeline/price_source.h"
#include "pipeline/run_options.h"
#include "pipeline/run_output.h"
#include "pipeline/version.h"

#include <fmt/format.h>

namespace forecart {

namespace {

using nlohmann::json;

constexpr const char* kPanel = "series";

json manifest_of(const RunReport& report, const RunInputs& inputs) {
  const ModelChoice& choice = inputs.request.choice;
  return {{"run", report.run},
          {"dataset", report.dataset},
          {"version", kVersion},
          {"seed", choice.seed},
          {"threads", choice.threads == 0 ? available_threads() : choice.threads},
          {"kernel", net::best_kernel().name},
          {"host", {{"processor", processor_name()}, {"cores", available_threads()}}},
          {"inputs", inputs.hashes},
          {"options", options_json(inputs.request)}};
}

/// Proves and forecasts; every state is written as soon as its model is done.
RunPanel prove(Repository& repository, const RunRequest& request, LoadedPanel loaded) {
  const double before = process_usage().core_seconds();
  ModelRegistry registry(model_options(request.choice, loaded.panel));
  PanelRunOptions options = panel_run_options(request.choice, loaded.panel, *request.progress);
  options.hierarchy = loaded.hierarchy;
  Endings endings;
  std::vector<StoredModel> states;
  options.finished = [&](ModelBacktest& model, bool forecasts) {
    endings.add(*model.fitted);
    if (forecasts) {
      states.push_back({model.model, write_state(repository.store(), *model.fitted),
                        std::chrono::steady_clock::now(),
                        chosen_reconciliation(model.model, *model.fitted)});
    }
    model.fitted.reset();
  };
  PanelRun outcome = run_panel(loaded.panel, registry, options);
  BacktestOptions used = options.backtest;
  used.windows = outcome.windows;
  if (std::string note = endings.note(); !note.empty()) loaded.notes.push_back(std::move(note));
  const double spent = process_usage().core_seconds() - before;
  return {kPanel,
          std::move(loaded.panel),
          std::move(outcome),
          used,
          std::move(loaded.notes),
          Covariates(),
          nullptr,
          {},
          std::move(loaded.hierarchy),
          std::move(states),
          spent,
          spent};
}

void publish(Repository& repository, const RunReport& report) {
  const json pointer{{"run", report.run}, {"manifest", report.folder + "/manifest.json"}};
  const auto current = repository.current(report.dataset);
  if (repository.set_current(report.dataset, current, pointer)) return;
  throw Error(ErrorCode::conflict,
              fmt::format("another training has published run of '{}' meanwhile; give each its own "
                          "checkpoints",
                          report.dataset));
}

}  // namespace

std::optional<json> finished_run(const Repository& repository, const RunInputs& inputs) {
  const auto current = repository.current(inputs.request.dataset);
  if (!current) return std::nullopt;
  json manifest = repository.read_json(current->at("manifest").get<std::string>());
  const bool same = manifest.at("version") == kVersion && manifest.at("inputs") == inputs.hashes &&
                    manifest.at("options") == options_json(inputs.request) &&
                    manifest.at("seed") == inputs.request.choice.seed &&
                    manifest.at("kernel") == net::best_kernel().name;
  if (!same) return std::nullopt;
  return manifest;
}

json run_table(Repository& repository, const RunInputs& inputs, LoadedPanel loaded) {
  UsageMeter meter;
  meter.begin("models");
  RunReport report;
  report.dataset = inputs.request.dataset;
  report.run = make_stamp(sha256(json(inputs.hashes).dump()));
  report.folder = fmt::format("runs/{}/{}", report.dataset, report.run);
  json manifest = manifest_of(report, inputs);
  report.panels.push_back(prove(repository, inputs.request, std::move(loaded)));
  meter.begin("write");
  manifest["tables"] = write_run_tables(repository, report);
  manifest["models"] = states_of(report);
  manifest["panels"] = describe_panels(report);
  manifest["status"] = any_fallback(report.panels.front().outcome.results) ? "partly" : "ok";
  const Usage usage = meter.finish(repository.traffic());
  manifest["seconds"] = usage.seconds;
  manifest["usage"] = to_json(usage);
  manifest["cost"] = to_json(bill_of(usage, prices_for(inputs.request.prices, &repository)));
  repository.write_json(report.folder + "/manifest.json", manifest);
  publish(repository, report);
  return manifest;
}

}  // namespace forecart
