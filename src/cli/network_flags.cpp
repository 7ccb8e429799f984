#include "cli/network_flags.h"

#include "base/error.h"
#include "base/range.h"
#include "base/time_budget.h"
#include "cli/number_checks.h"

#include <fmt/format.h>

namespace forecart {

namespace {

double duration_of(const char* flag, const std::string& text) {
  try {
    return parse_duration(text);
  } catch (const Error& error) {
    throw Error(error.code(), fmt::format("{}: {}", flag, error.what()));
  }
}

}  // namespace

void NetworkFlags::add_to(CLI::App& command) {
  command
      .add_option("--head", head,
                  "what is forecast of a step: quantiles, gaussian, student, negative-binomial, "
                  "poisson, or auto: by what the values are")
      ->group(kNetworkGroup)
      ->capture_default_str();
  command.add_option("--layers", options.layers, "of LSTM, 1 to 3")
      ->group(kNetworkGroup)
      ->check(decimal_number())
      ->capture_default_str();
  units = command.add_option("--units", options.units, "of each layer, 1 to 1024 (else 32 or 128)")
              ->group(kNetworkGroup)
              ->check(decimal_number());
  command.add_option("--dropout", options.dropout, "share of units dropped in training, 0 to 0.9")
      ->group(kNetworkGroup)
      ->capture_default_str();
  direct = command
               .add_option(
                   "--direct-steps", options.direct,
                   "steps ahead said at once, 1 to 168; further ones follow from forecasts (else "
                   "all of them)")
               ->check(decimal_number())
               ->group(kNetworkGroup);
  command.add_option("--training-steps", options.steps, "updates of the weights at most")
      ->group(kNetworkGroup)
      ->check(decimal_number())
      ->capture_default_str();
  command
      .add_option("--time-budget", time_budget,
                  "time that the training of a network may take, as 90s, 5m or 1h; it gets fewer "
                  "updates then, and another run may give other numbers")
      ->group(kNetworkGroup)
      ->type_name("DURATION");
  command
      .add_option("--kernel", kernel,
                  "code for one kind of processor: avx512, avx2 or portable (else the fastest that "
                  "this one can run); the same kernel gives the same bytes")
      ->group(kNetworkGroup)
      ->type_name("NAME");
  command
      .add_option("--checkpoints", checkpoints,
                  "keep trainings here while they run: after an interruption the same command goes "
                  "on from there, to the same forecasts")
      ->group(kNetworkGroup)
      ->type_name("FOLDER");
}

void NetworkFlags::add_refit_flags(CLI::App& command) {
  command
      .add_flag("--warm-start", warm_start,
                "fits start from the weights of the one before, with fewer updates")
      ->group(kNetworkGroup);
}

void NetworkFlags::apply_to(ModelChoice& choice) const {
  require_within("--layers", options.layers, 1, 3);
  if (units->count() > 0) require_within("--units", options.units, 1, 1024);
  if (direct->count() > 0) {
    require_within<Eigen::Index>("--direct-steps", options.direct, 1, lstm::kMostDirect);
  }
  require_within("--dropout", options.dropout, 0.0, 0.9);
  require_within("--training-steps", options.steps, 1, 1'000'000);
  if (!time_budget.empty()) choice.time_budget = duration_of("--time-budget", time_budget);
  choice.checkpoints = checkpoints;
  choice.kernel = kernel;
  choice.warm_start = warm_start;
  choice.network = options;
  choice.network.head = lstm::parse_head(head);
}

}  // namespace forecart
