#include "cli/options.h"

#include "base/error.h"
#include "cli/number_checks.h"
#include "cli/place.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <system_error>

namespace forecart {

void OrderFlags::add_to(CLI::App& command) {
  constexpr const char* kGroup = "Orders";
  auto& columns = config.columns;
  const auto column = [&](const char* flag, std::string& into, const char* what) {
    command.add_option(flag, into, fmt::format("column of the {} (else guessed)", what))
        ->group(kGroup)
        ->type_name("NAME");
  };
  column("--time-column", columns.time, "order's time");
  column("--order-id-column", columns.order_id, "order's number");
  column("--product-column", columns.product, "product");
  column("--quantity-column", columns.quantity, "quantity");
  column("--unit-price-column", columns.unit_price, "price of one unit");
  column("--revenue-column", columns.revenue, "revenue of the line");
  column("--customer-column", columns.customer, "customer");
  column("--place-column", columns.place, "place or address");
  command.add_option("--date-order", date_order, "mdy, dmy or ymd, where the dates cannot tell")
      ->group(kGroup);
  command.add_option("--delimiter", delimiter, "one character, or tab (else sniffed)")
      ->group(kGroup);
  command
      .add_option("--returns", returns, "returned and cancelled lines: net (default), keep, drop")
      ->group(kGroup);
}

DatasetConfig OrderFlags::parsed() const {
  DatasetConfig result = config;
  if (!date_order.empty()) result.date_order = parse_date_order(date_order);
  if (!returns.empty()) result.returns = parse_return_policy(returns);
  if (!delimiter.empty()) {
    if (delimiter != "tab" && delimiter.size() != 1) {
      throw Error(
          ErrorCode::invalid_value,
          fmt::format("delimiter '{}' is not one character; use e.g. ',' or tab", delimiter));
    }
    result.csv.delimiter = delimiter == "tab" ? '\t' : delimiter.front();
  }
  return result;
}

namespace {

void add_covariate_flags(CLI::App& command, CovariateRequest& covariates) {
  constexpr const char* kGroup = "Known beside the sales";
  command
      .add_option("--regressors", covariates.regressors,
                  "ds and columns of numbers, perhaps unique_id: a row for every step of the "
                  "history and of the horizon (csv, csv.gz, csv.zst, parquet)")
      ->group(kGroup)
      ->type_name("FILE");
  command
      .add_option(
          "--holidays", covariates.holidays,
          "ds, holiday and perhaps lower_window, upper_window: a 0/1 column per holiday; or "
          "the public holidays of countries, as country:US or country:DE,AT")
      ->group(kGroup)
      ->type_name("FILE|country:CODES");
}

constexpr const char* kHierarchy = "Hierarchy";

void add_hierarchy_flags(CLI::App& command, PanelRequest& request) {
  command
      .add_option("--hierarchy", request.hierarchy,
                  "forecast sums of the series too, so that all add up: auto, bottom-up, top-down, "
                  "top-down-forecasts, ols, structural, variance or shrinkage")
      ->group(kHierarchy)
      ->type_name("METHOD");
  command
      .add_option("--hierarchy-levels", request.levels,
                  "what is summed by, e.g. total,City,City/Product [total and each dimension]")
      ->group(kHierarchy)
      ->type_name("LEVELS")
      ->delimiter(',');
}

}  // namespace

void InputFlags::add_to(CLI::App& command) {
  command
      .add_option("files", request.files,
                  "a long table (unique_id,ds,y), or raw order files with --orders")
      ->type_name("FILE");
  command.add_option("--repository", repository, "take a panel of a data set instead of files")
      ->check(place_of_repository())
      ->type_name("PLACE");
  command.add_option("--dataset", dataset, "data set of the repository");
  command.add_option("--panel", panel, "panel of the data set [the first]");
  command.add_option("--freq", request.frequency,
                     "h, D, W-MON, MS, 15min, PT1H, an integer ... (else from the data)");
  command.add_option("--time-zone", request.time_zone, "IANA zone of times without an offset")
      ->capture_default_str();
  command
      .add_option("--until", request.until,
                  "last label to keep; what is labelled later is left out")
      ->type_name("TIME");
  add_covariate_flags(command, covariates);
  constexpr const char* kGroup = "Orders";
  command.add_flag("--orders", request.orders, "the files are raw orders")->group(kGroup);
  command.add_option("--measure", measure, "lines, orders, units or revenue")
      ->group(kGroup)
      ->capture_default_str();
  command.add_option("--by", request.by, "dimension to cut by; repeat for several")
      ->group(kGroup)
      ->type_name("COLUMN")
      ->allow_extra_args(false);
  command.add_flag("--keep-partial", request.keep_partial, "keep truncated first and last buckets")
      ->group(kGroup);
  add_hierarchy_flags(command, request);
  orders.add_to(command);
}

PanelRequest InputFlags::parsed() const {
  PanelRequest result = request;
  result.measure = parse_measure(measure);
  result.config = orders.parsed();
  return result;
}

bool InputFlags::from_repository() const {
  if (repository.empty() == request.files.empty()) {
    throw Error(ErrorCode::usage, "give either files or --repository and --dataset");
  }
  if (!repository.empty() && dataset.empty()) {
    throw Error(ErrorCode::usage, "--repository needs --dataset as well");
  }
  return !repository.empty();
}

namespace {

constexpr const char* kModels = "Models";
constexpr std::uint64_t kMostSeason = 100000;

Eigen::Index refit_number(const std::string& text) {
  Eigen::Index number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size()) return number;
  throw Error(
      ErrorCode::invalid_value,
      fmt::format("refit '{}' is not known; use auto, true, false or a number of origins", text));
}

/// A number of origins, true or false as the field's libraries have it, or auto.
void parse_refit(const std::string& text, ModelChoice& choice) {
  choice.refit = 0;
  choice.refit_by_policy = text == "auto";
  if (choice.refit_by_policy || text == "false" || text == "False") return;
  choice.refit = text == "true" || text == "True" ? 1 : refit_number(text);
}

}  // namespace

void ModelFlags::add_arima_flags(CLI::App& command) {
  command
      .add_option("--order", choice.order,
                  "p,d,q of ARIMA [1,1,1], and of ARIMALSTM [its AutoARIMA chooses]")
      ->group(kModels)
      ->type_name("P,D,Q");
  command
      .add_option("--seasonal-order", choice.seasonal_order,
                  "P,D,Q,s of ARIMA; without it no season")
      ->group(kModels)
      ->type_name("P,D,Q,S");
  command.add_flag("--drift", choice.drift, "linear trend of ARIMA, where d + D = 1")
      ->group(kModels);
  command
      .add_option("--fourier", choice.fourier,
                  "harmonics of ARIMA and AutoARIMA, e.g. 168:3 or 365.25:2; repeat for several")
      ->group(kModels)
      ->type_name("PERIOD:PAIRS")
      ->allow_extra_args(false);
  command
      .add_option("--transform", transform,
                  "of ARIMA and AutoARIMA: none, log, sqrt, boxcox or boxcox:LAMBDA")
      ->group(kModels);
  command
      .add_flag("--root-rule", choice.root_rule,
                "AutoARIMA refuses models with roots within 1 % of the unit circle, as R does")
      ->group(kModels);
}

void ModelFlags::add_tree_flags(CLI::App& command) {
  command
      .add_option(
          "--strategy", strategy,
          "of GradientBoostedTrees: direct, recursive, both (their mean), or auto: what did "
          "best at held-out origins")
      ->group(kModels)
      ->capture_default_str();
  command
      .add_option("--objective", objective,
                  "of GradientBoostedTrees: poisson, tweedie, squared, or auto: poisson; panels "
                  "that go below zero are always trained on squared")
      ->group(kModels)
      ->capture_default_str();
}

void ModelFlags::add_model_flags(CLI::App& command) {
  command
      .add_option("--model", choice.models,
                  "model to use [AutoSelect; where models are proven, more beside it]; "
                  "repeat for several (see: forecart models)")
      ->group(kModels)
      ->type_name("NAME")
      ->allow_extra_args(false);
  add_arima_flags(command);
  add_tree_flags(command);
  network.add_to(command);
  command
      .add_option("--season-length", choice.season_length, "steps of a season (else by frequency)")
      ->group(kModels)
      ->check(whole_number(1, kMostSeason));
  command.add_option("--members", choice.members, "models that Ensemble combines")
      ->group(kModels)
      ->delimiter(',')
      ->capture_default_str();
  command
      .add_option("--combine", combination,
                  "rule of Ensemble: auto, mean, median, trimmed, inverse-error, least-squares or "
                  "greedy")
      ->group(kModels)
      ->capture_default_str();
  horizon = command
                .add_option("--h", choice.horizon,
                            fmt::format("steps to look ahead [{}; of a repository's panel its own]",
                                        choice.horizon))
                ->check(decimal_number())
                ->group(kModels);
  command
      .add_option("--intervals", intervals,
                  "what they learn from earlier forecasts: model (nothing), split, adaptive or "
                  "quantile")
      ->group(kModels)
      ->capture_default_str();
  command.add_option("--level", choice.levels, "interval in percent; repeat for several")
      ->group(kModels)
      ->allow_extra_args(false)
      ->capture_default_str();
  command.add_option("--seed", choice.seed, "of everything random")
      ->group(kModels)
      ->check(whole_number(0, std::numeric_limits<std::uint64_t>::max()))
      ->capture_default_str();
  command.add_option("--threads", choice.threads, "0: all cores; never changes a result")
      ->group(kModels)
      ->check(whole_number(0, kMostThreads))
      ->capture_default_str();
}

void ModelFlags::add_window_flags(CLI::App& command) {
  constexpr const char* kGroup = "Windows";
  network.add_refit_flags(command);
  command.add_option("--n-windows", choice.windows, "rolling origins")
      ->group(kGroup)
      ->check(decimal_number())
      ->capture_default_str();
  command.add_option("--step-size", choice.step, "steps between origins [the horizon]")
      ->group(kGroup)
      ->check(decimal_number());
  command
      .add_option("--refit", refit,
                  "fit anew every so many origins; true: at each, 0 or false: once; auto: at "
                  "each only the series that need it")
      ->group(kGroup)
      ->type_name("N|true|false|auto")
      ->capture_default_str();
}

void ModelFlags::add_retrain_flags(CLI::App& command) {
  constexpr double kLongest = 1e9;  // seconds
  command
      .add_option("--retrain", retrain,
                  "auto: what the current run fitted goes on, and series that need it are fitted "
                  "again; always: all are fitted and proven anew")
      ->check(CLI::IsMember({"auto", "always"}).description(""))
      ->type_name("auto|always")
      ->capture_default_str();
  command
      .add_option(
          "--refit-budget", choice.refit_budget,
          "seconds that the refits of a run that goes on may take, by what the last ones took, "
          "spent where most is to be lost; 0: any")
      ->type_name("SECONDS")
      ->check(real_number(0, kLongest))
      ->capture_default_str();
}

void ModelFlags::add_gap_flag(CLI::App& command) {
  command
      .add_option("--gap", choice.gap,
                  "steps between an origin and the first that is scored, neither known nor scored")
      ->check(decimal_number())
      ->group("Windows")
      ->capture_default_str();
}

ModelChoice ModelFlags::parsed() const {
  ModelChoice result = choice;
  parse_refit(refit, result);
  if (!transform.empty()) result.transform = parse_transform(transform);
  result.strategy = parse_strategy(strategy);
  result.combination = parse_combination(combination);
  result.intervals = parse_intervals(intervals);
  result.objective = parse_objective(objective);
  network.apply_to(result);
  return result;
}

void CommonFlags::add_to(CLI::App& command) {
  command.add_flag("--json", json, "answer for machines, on stdout");
  command
      .add_option("--progress", progress,
                  "auto (bars on a terminal), never, or lines (of JSON, on stderr)")
      ->capture_default_str();
}

namespace {

/// Throws Error usage for the first flag given that belongs to one of `groups` or is one of `more`,
/// unless it is one of `allowed`.
void refuse_flags(const CLI::App& command, const std::vector<std::string>& groups,
                  const std::vector<std::string>& more, const std::vector<std::string>& allowed,
                  const char* remedy) {
  const auto is_in = [](const std::vector<std::string>& names, const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  for (const CLI::Option* option : command.get_options()) {
    const std::string name = option->get_name();
    const bool concerned = is_in(groups, option->get_group()) || is_in(more, name);
    if (!concerned || is_in(allowed, name) || option->count() == 0) continue;
    throw Error(ErrorCode::usage, fmt::format("{} does nothing here: {}", name, remedy));
  }
}

}  // namespace

void refuse_file_flags(const CLI::App& command) {
  refuse_flags(command, {"Orders", kHierarchy}, {"--freq", "--time-zone"}, {"--keep-partial"},
               "it goes with files; a repository says it in dataset.toml");
}

void refuse_order_flags(const CLI::App& command) {
  refuse_flags(command, {"Orders"}, {}, {}, "it goes with raw orders, which --orders says");
}

void refuse_fit_flags(const CLI::App& command) {
  refuse_flags(command, {kModels, kNetworkGroup}, {"--until"},
               {"--model", "--h", "--level", "--threads"},
               "the states of the last run forecast from its end; it goes with files, or with "
               "forecart run or backtest");
}

void refuse_interval_flag(const CLI::App& command) {
  refuse_flags(command, {}, {"--intervals"}, {},
               "intervals learn from a proof, which a forecast from files does not make; see them "
               "with forecart backtest FILES --intervals, or ingest the files and forecart run");
}

void refuse_forecast_flags(const CLI::App& command, bool of_repository) {
  refuse_flags(command, {}, {"--level"}, {}, "a network has its own probabilities");
  if (!of_repository) return;
  refuse_flags(command, {}, {"--h"}, {}, "the network of the run has its own horizon");
}

void add_repository_flag(CLI::App& command, std::string& into) {
  command.add_option("--repository", into, "folder or s3://bucket/prefix that holds everything")
      ->required()
      ->check(place_of_repository())
      ->envname("FORECART_REPOSITORY")
      ->type_name("PLACE");
}

}  // namespace forecart
