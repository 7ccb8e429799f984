#include "cli/commands.h"
#include "cli/number_checks.h"
#include "cli/options.h"
#include "cli/text_table.h"
#include "pipeline/run_diff.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace forecart {

namespace {

constexpr std::uint64_t kMostItems = 1'000'000'000;

struct DiffFlags {
  RunDiffRequest request;
  std::size_t top = 20;
  CommonFlags common;
};

std::string list_of(const char* what, const std::vector<std::string>& changes) {
  return fmt::format("  {:<11} {}\n", what,
                     changes.empty() ? "the same" : fmt::format("{}", fmt::join(changes, "; ")));
}

void show(RunDiff diff, std::size_t top) {
  std::string text = fmt::format("run {}\nagainst {}\n", diff.after, diff.before);
  text += list_of("data", diff.data) + list_of("parameters", diff.parameters) +
          list_of("states", diff.states);
  text += fmt::format("{} items changed, {} did not\n", diff.items.size(), diff.unchanged);
  const std::size_t left_out = diff.items.size() - std::min(diff.items.size(), top);
  diff.items.resize(diff.items.size() - left_out);
  if (!diff.items.empty()) text += "\n" + text_table(item_table(diff), 4);
  if (left_out > 0) text += fmt::format("and {} more: --top {}\n", left_out, top + left_out);
  print_text(text);
}

ExitStatus diff(const DiffFlags& flags) {
  const RunDiff result = diff_runs(flags.request);
  if (flags.common.json) {
    print_json(to_json(result));
  } else {
    show(result, flags.top);
  }
  return ExitStatus::ok;
}

}  // namespace

void add_diff_command(CLI::App& app, Command& chosen) {
  auto* const command =
      app.add_subcommand("diff", "Say which items two runs forecast differently, and why");
  const auto flags = std::make_shared<DiffFlags>();
  command->add_option("before", flags->request.before, "name of a run, its beginning, or current")
      ->required();
  command->add_option("after", flags->request.after, "the run to compare with it")->required();
  add_repository_flag(*command, flags->request.repository);
  command->add_option("--dataset", flags->request.dataset, "name of the data set")->required();
  command->add_option("--panel", flags->request.panel, "panel to compare [all]");
  command->add_option(
      "--model", flags->request.model,
      "whose forecasts to compare, in a hierarchy without its method [AutoSelect, or the "
      "first that both have]");
  command->add_option("--top", flags->top, "items to show")
      ->check(whole_number(0, kMostItems))
      ->capture_default_str();
  flags->common.add_to(*command);
  command->footer(
      "Example:\n  forecart diff 20260412T083015 current --repository shop --dataset orders\n"
      "Forecasts are summed over the steps that both runs have, biggest change first. Causes: data "
      "(the item's own history), data of others, model (chosen, weights, fallback), refit (its "
      "state "
      "was fitted again), parameters (options, seed, version, kernel).");
  command->callback([flags, &chosen] { chosen = [flags] { return diff(*flags); }; });
}

}  // namespace forecart
