#include "cli/commands.h"
#include "cli/number_checks.h"
#include "cli/options.h"
#include "cli/text_table.h"
#include "pipeline/run_diff.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>

namespace forecart {

namespace {

constexpr std::uint64_t kMostItems = 1'000'000'000;

struct DiffFlags {
  RunDiffRequest request;
  std::size_t top = 20;
  CommonFlags common;
};

constexpr std::size_t kWidth = 120;  // of a line

/// A line with the first few of these pieces, as many as it has room for.
std::string packed(const std::string& before, const std::vector<std::string>& pieces) {
  constexpr std::size_t kMore = 20;  // columns of "; and N more"
  std::string line = before;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    const std::string own = i == 0 ? pieces[i] : "; " + pieces[i];
    if (i > 0 && line.size() + own.size() + kMore > kWidth) {
      line += fmt::format("; and {} more", pieces.size() - i);
      break;
    }
    line += own;
  }
  return shortened(line, kWidth) + "\n";
}

std::string list_of(const char* what, const std::vector<std::string>& changes) {
  return packed(fmt::format("  {:<11} {}", what, changes.empty() ? "the same" : ""), changes);
}

std::vector<std::string> pieces_of(const std::string& detail) {
  std::vector<std::string> pieces;
  for (std::size_t at = 0; at < detail.size();) {
    const std::size_t end = std::min(detail.find("; ", at), detail.size());
    pieces.push_back(detail.substr(at, end - at));
    at = end + 2;
  }
  return pieces;
}

/// The items by their readable names, below each what there is to tell of it.
std::string items_text(const RunDiff& diff) {
  const Table all = readable(item_table(diff));
  Table shown;
  for (const Column& column : all.columns()) {
    if (column.name != "detail") shown.add(column.name, column.values);
  }
  std::istringstream rows(text_table(shown, 4));
  std::string line;
  std::getline(rows, line);
  std::string text = shortened(line, kWidth) + "\n";
  for (const ItemChange& item : diff.items) {
    std::getline(rows, line);
    text += shortened(line, kWidth) + "\n";
    if (!item.detail.empty()) text += packed("    ", pieces_of(item.detail));
  }
  return text;
}

void show(RunDiff diff, std::size_t top) {
  std::stable_partition(diff.states.begin(), diff.states.end(),
                        [](const std::string& state) { return state.ends_with("another state"); });
  std::string text = fmt::format("from run {}\nto run   {}\n", diff.before, diff.after);
  text += list_of("data", diff.data) + list_of("parameters", diff.parameters) +
          list_of("states", diff.states);
  text += fmt::format("{} item{} changed, {} did not\n", diff.items.size(),
                      diff.items.size() == 1 ? "" : "s", diff.unchanged);
  const std::size_t left_out = diff.items.size() - std::min(diff.items.size(), top);
  diff.items.resize(diff.items.size() - left_out);
  if (!diff.items.empty()) text += "\n" + items_text(diff);
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
