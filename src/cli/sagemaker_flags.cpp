#include "cli/sagemaker_flags.h"

#include "base/dataset_name.h"
#include "base/error.h"
#include "base/nearest_name.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

namespace forecart {

namespace {

/// Flags that are not for jobs: where trainings are kept is what the container says.
constexpr const char* kCheckpoints = "--checkpoints";

/// What DeepAR's hyperparameters are called here.
const std::map<std::string, std::string>& names_of_deepar() {
  static const std::map<std::string, std::string> names{{"prediction-length", "h"},
                                                        {"time-freq", "freq"},
                                                        {"num-layers", "layers"},
                                                        {"num-cells", "units"},
                                                        {"dropout-rate", "dropout"}};
  return names;
}

std::string flag_name(std::string name) {
  std::replace(name.begin(), name.end(), '_', '-');
  const auto found = names_of_deepar().find(name);
  return found == names_of_deepar().end() ? name : found->second;
}

std::vector<std::string> known_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_lnames().empty() && option->get_name() != kCheckpoints) {
      names.push_back(option->get_lnames().front());
    }
  }
  std::erase(names, "help");
  return names;
}

const CLI::Option& option_of(const CLI::App& app, const std::string& name) {
  const std::vector<std::string> names = known_names(app);
  const std::string wanted = flag_name(name);
  if (std::find(names.begin(), names.end(), wanted) != names.end()) {
    return *app.get_option("--" + wanted);
  }
  const std::string near = nearest_name(wanted, names);
  throw Error(
      ErrorCode::unknown_name,
      fmt::format("hyperparameter '{}' is not known; {}there are {}", name.substr(0, 60),
                  near.empty() ? "" : fmt::format("{} is, and ", near), fmt::join(names, ", ")));
}

/// As the command line would have it; nothing for a flag that is false.
std::vector<std::string> arguments_of(const CLI::Option& option, const Hyperparameter& given) {
  const std::string flag = option.get_name();
  const bool is_flag = option.get_items_expected_max() == 0;
  const bool is_off = given.values == std::vector<std::string>{"false"};
  if (is_flag && is_off) return {};
  if (is_flag) return {fmt::format("{}={}", flag, fmt::join(given.values, ","))};
  if (option.get_items_expected_max() == 1) {
    return {fmt::format("{}={}", flag, fmt::join(given.values, ","))};
  }
  std::vector<std::string> arguments;
  for (const std::string& value : given.values) {
    arguments.push_back(fmt::format("{}={}", flag, value));
  }
  return arguments;
}

}  // namespace

void SeriesFlags::add_to(CLI::App& command) {
  command.add_option("--dataset", dataset, "what the data set of orders is called")
      ->capture_default_str();
  command.add_option("--freq", table.frequency,
                     "of series: h, D, W-MON, MS, 15min, ... (else from the data)");
  command
      .add_option("--time-zone", table.time_zone, "of series: IANA zone of times without an offset")
      ->capture_default_str();
  command.add_option("--until", table.until, "of series: last label to keep")->type_name("TIME");
  command.add_flag("--keep-partial", keep_partial,
                   "of orders: keep truncated first and last buckets");
  command
      .add_option("--hierarchy", table.hierarchy,
                  "of series: forecast sums of them too, so that all add up: auto, bottom-up, ...")
      ->type_name("METHOD");
  command.add_option("--hierarchy-levels", table.levels, "what is summed by, e.g. total,City")
      ->type_name("LEVELS")
      ->delimiter(',');
  model.add_model_flags(command);
  model.add_window_flags(command);
}

RunRequest SeriesFlags::run() const {
  check_dataset_name(dataset);
  RunRequest request;
  request.dataset = dataset;
  request.choice = model.parsed();
  request.keep_partial = keep_partial;
  if (model.horizon->count() > 0) request.horizon = model.choice.horizon;
  return request;
}

void read_hyperparameters(const std::vector<Hyperparameter>& given, CLI::App& app) {
  std::vector<std::string> arguments;
  for (const Hyperparameter& one : given) {
    for (std::string& argument : arguments_of(option_of(app, one.name), one)) {
      arguments.push_back(std::move(argument));
    }
  }
  std::reverse(arguments.begin(), arguments.end());  // as it takes them
  try {
    app.parse(arguments);
  } catch (const CLI::ParseError& error) {
    throw Error(ErrorCode::invalid_value,
                fmt::format("a hyperparameter is wrong: {}", error.what()));
  }
}

}  // namespace forecart
