#include "cli/commands.h"
#include "cli/cost_flags.h"
#include "cli/options.h"
#include "cli/terminal_progress.h"
#include "cli/text_table.h"
#include "net/credentials.h"
#include "pipeline/plan.h"

#include "cost/amount.h"
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

namespace forecart {

namespace {

struct PlanFlags {
  RunRequest request;
  bool no_probe = false;
  ModelFlags model;
  CommonFlags common;
};

/// A row per panel: what it is and what it takes.
Table panel_table(const Plan& plan) {
  std::vector<std::string> panels, models, sources;
  std::vector<std::int64_t> series, values, windows, fits, refits;
  std::vector<double> seconds;
  for (const PanelPlan& panel : plan.panels) {
    panels.push_back(panel.panel);
    series.push_back(panel.size.series);
    values.push_back(panel.size.values);
    windows.push_back(panel.size.windows);
    fits.push_back(panel.size.fits);
    refits.push_back(panel.refits);
    models.push_back(fmt::format("{}", fmt::join(panel.models, " ")));
    seconds.push_back(panel.core_seconds);
    sources.push_back(panel.learnt_from);
  }
  Table table;
  table.add("panel", std::move(panels));
  table.add("series", std::move(series));
  table.add("values", std::move(values));
  table.add("origins", std::move(windows));
  table.add("fits", std::move(fits));
  table.add("refits", std::move(refits));
  table.add("core_seconds", std::move(seconds));
  table.add("known_from", std::move(sources));
  table.add("models", std::move(models));
  return table;
}

/// A row per platform.
Table offer_table(const Bill& bill) {
  std::vector<std::string> platforms, sizes, totals, obstacles;
  std::vector<double> seconds;
  for (const Offer& offer : bill.offers) {
    platforms.push_back(offer.platform);
    sizes.push_back(offer.size);
    seconds.push_back(offer.seconds);
    totals.push_back(fmt::format("{} {}", bill.currency, amount_text(offer.total())));
    obstacles.push_back(offer.obstacle.empty() ? "fits" : offer.obstacle);
  }
  Table table;
  table.add("platform", std::move(platforms));
  table.add("size", std::move(sizes));
  table.add("seconds", std::move(seconds));
  table.add("total", std::move(totals));
  table.add("", std::move(obstacles));
  return table;
}

/// A row for each part of a month, with the sum below.
Table month_table(const std::vector<MonthPart>& parts, const std::string& currency) {
  std::vector<std::string> names, amounts;
  const auto add = [&](const std::string& name, double amount) {
    names.push_back(name);
    amounts.push_back(fmt::format("{} {}", currency, amount_text(amount)));
  };
  for (const MonthPart& part : parts) add(part.part, part.amount);
  add("together", total(parts));
  Table table;
  table.add("part", std::move(names));
  table.add("a month", std::move(amounts));
  return table;
}

std::string month_text(const Bill& bill) {
  return "A month with such a run each day:\n" +
         text_table(month_table(bill.month.parts, bill.currency), 3) +
         "\nWhat the study left running all the time (docs/cost.md):\n" +
         text_table(month_table(bill.month.study, bill.currency), 3) + "\n";
}

void show(const Plan& plan) {
  std::string text = text_table(panel_table(plan), 3);
  text += fmt::format("\nA run would use {}\n\n", describe(plan.usage));
  text += text_table(offer_table(plan.bill), 3);
  text += fmt::format("Keeping what it writes: {} {} a month. Prices of {}; {}.\n\n",
                      plan.bill.currency, amount_text(plan.bill.store_month),
                      price_label(plan.bill), plan.bill.source);
  text += month_text(plan.bill);
  text += fmt::format("Certain: {}\n", fmt::join(plan.known, "; "));
  text += fmt::format("A guess: {}\n", fmt::join(plan.guesses, "; "));
  print_text(text);
}

ExitStatus plan(const PlanFlags& flags) {
  const auto progress = make_progress(parse_progress_mode(flags.common.progress));
  RunRequest request = flags.request;
  request.progress = progress.get();
  request.choice = flags.model.parsed();
  request.retrain_all = flags.model.retrain == "always";
  if (flags.model.horizon->count() > 0) request.horizon = request.choice.horizon;
  const std::string instance = process_environment()("FORECART_SAGEMAKER_INSTANCE").value_or("");
  const Plan result = plan_run({request, !flags.no_probe, instance});
  flags.common.json ? print_json(to_json(result)) : show(result);
  return ExitStatus::ok;
}

}  // namespace

void add_plan_command(CLI::App& app, Command& chosen) {
  auto* const command =
      app.add_subcommand("plan", "Say what a run would use and cost, without running it");
  const auto flags = std::make_shared<PlanFlags>();
  add_repository_flag(*command, flags->request.repository);
  command->add_option("--dataset", flags->request.dataset, "name of the data set")->required();
  command->add_flag("--keep-partial", flags->request.keep_partial,
                    "keep truncated first and last buckets");
  command->add_flag("--no-probe", flags->no_probe,
                    "fit nothing: where no earlier run tells the times, take them from a table");
  flags->model.add_retrain_flags(*command);
  flags->model.add_model_flags(*command);
  flags->model.add_window_flags(*command);
  add_prices_flag(*command, flags->request.prices);
  flags->common.add_to(*command);
  command->footer(
      "Example:\n  forecart plan --repository shop --dataset orders\n"
      "Takes the flags of forecart run. Where the run would go on from the current one, times are "
      "those of the latest run that did, and of the refits that are due; else those of the latest "
      "run of the data set that fitted the same models, scaled to what there is now; where there "
      "is none, the models are fitted once, to a sample where there are many series.");
  command->callback([flags, &chosen] { chosen = [flags] { return plan(*flags); }; });
}

}  // namespace forecart
