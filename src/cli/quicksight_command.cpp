#include "aws/quicksight_refresh.h"
#include "aws/quicksight_setup.h"
#include "aws/quicksight_tables.h"
#include "base/error.h"
#include "base/utc_text.h"
#include "cli/cloud_flags.h"
#include "cli/commands.h"
#include "cli/number_checks.h"
#include "cli/options.h"
#include "cli/output.h"
#include "net/aws_profile.h"
#include "services/sts.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <memory>

namespace forecart {

namespace {

using nlohmann::json;

struct QuickSightFlags {
  std::string repository;
  QuickSightSettings settings;
  std::string source = "s3";
  bool standard = false;
  std::string user;
  std::vector<std::string> domains;
  std::uint64_t minutes = 60;
  bool json = false;
};

/// With what the AWS command line would take; `ask` allows to ask AWS whose the credentials are.
QuickSightSettings complete(const QuickSightFlags& flags, bool ask) {
  const Environment environment = process_environment();
  QuickSightSettings settings = flags.settings;
  settings.repository = flags.repository;
  settings.athena = flags.source == "athena";
  settings.most_refreshes = flags.standard ? 8 : settings.most_refreshes;
  if (settings.region.empty()) settings.region = aws_region(environment);
  if (settings.account.empty() && ask)
    settings.account = Sts(aws_access(environment)).identity().account;
  if (!settings.account.empty() && !settings.region.empty()) return settings;
  throw Error(ErrorCode::usage,
              "which account and region? give --account and --region, as nobody is asked here");
}

ExitStatus export_tables(const QuickSightFlags& flags) {
  const QuickSightFiles files = publish_quicksight_tables(flags.repository, flags.settings.dataset);
  for (const std::string& key : files.keys) print_text(key + "\n");
  return ExitStatus::ok;
}

ExitStatus show(const QuickSightFlags& flags) {
  const QuickSightSettings settings = complete(flags, false);
  print_json(to_json(quicksight_plan(settings), settings));
  return ExitStatus::ok;
}

ExitStatus set_up(const QuickSightFlags& flags) {
  const QuickSightSettings settings = complete(flags, true);
  const std::string dashboard = set_up_quicksight(settings, aws_access(process_environment()));
  print_text(fmt::format("dashboard {} in account {}, {}\n", dashboard, settings.account,
                         settings.region));
  return ExitStatus::ok;
}

std::string told(const QuickSightRefresh& refresh) {
  using State = QuickSightRefresh::State;
  if (refresh.state == State::not_set_up) {
    return "QuickSight does not know it; forecart quicksight setup makes it";
  }
  if (refresh.state == State::waits) {
    return fmt::format("run {} waits until {}: QuickSight takes no more today", refresh.run,
                       utc_text(refresh.due));
  }
  return fmt::format(
      "run {}: {}", refresh.run,
      refresh.state == State::done ? "QuickSight takes it in" : "QuickSight was told before");
}

ExitStatus refresh(const QuickSightFlags& flags) {
  const QuickSightFiles files = publish_quicksight_tables(flags.repository, flags.settings.dataset);
  Repository repository = Repository::open(flags.repository);
  const QuickSightRefresh done = refresh_quicksight(repository, flags.settings.dataset, files.run,
                                                    aws_access(process_environment()));
  print_text(told(done) + "\n");
  return done.state == QuickSightRefresh::State::not_set_up ? ExitStatus::failed : ExitStatus::ok;
}

QuickSightRecord known_record(const QuickSightFlags& flags) {
  const Repository repository = Repository::open(flags.repository);
  auto record = read_quicksight_record(repository, flags.settings.dataset);
  if (record && !record->account.empty()) return std::move(*record);
  throw Error(ErrorCode::not_found,
              fmt::format("QuickSight does not know data set '{}'; forecart quicksight setup "
                          "makes it",
                          flags.settings.dataset));
}

QuickSight service_of(const QuickSightRecord& record) {
  AwsAccess access = aws_access(process_environment());
  access.region = record.region;
  return {access, record.account};
}

/// Of one table: the ingestion of the run that QuickSight was told last, which it does in its own
/// time. "UNKNOWN" where it knows none of that name, as of what a setup takes in by itself.
json ingestion_json(QuickSight& service, const std::string& data_set, const std::string& run) {
  const auto found = service.ingestion(data_set, ingestion_id(run));
  json row{{"data_set", data_set}, {"status", found ? found->status : "UNKNOWN"}};
  if (!found) return row;
  row["rows"] = found->rows;
  row["rows_dropped"] = found->rows_dropped;
  row["error"] = found->error;
  return row;
}

std::string ingestion_line(const json& row) {
  std::string line = fmt::format("{} {}", row.at("data_set").get<std::string>(),
                                 row.at("status").get<std::string>());
  if (!row.contains("rows")) return line;
  line += fmt::format(", {} rows", row.at("rows").get<std::int64_t>());
  if (const auto dropped = row.at("rows_dropped").get<std::int64_t>(); dropped > 0) {
    line += fmt::format(", {} left out", dropped);
  }
  const auto error = row.at("error").get<std::string>();
  return error.empty() ? line : line + ": " + error;
}

ExitStatus status(const QuickSightFlags& flags) {
  const QuickSightRecord record = known_record(flags);
  QuickSight service = service_of(record);
  json rows = json::array();
  bool any_failed = false;
  for (const std::string& table : record.tables) {
    rows.push_back(ingestion_json(
        service, quicksight_id(record.prefix, flags.settings.dataset, table), record.told));
    any_failed = any_failed || rows.back().at("status") == "FAILED";
  }
  if (flags.json) {
    print_json({{"run", record.told}, {"waits", record.wanted}, {"ingestions", rows}});
  } else {
    print_text(fmt::format("run {}{}\n", record.told,
                           record.wanted.empty() ? "" : ", and " + record.wanted + " waits"));
    for (const json& row : rows) print_text(ingestion_line(row) + "\n");
  }
  return any_failed ? ExitStatus::failed : ExitStatus::ok;
}

/// To stdout and nowhere else: whoever has it is that user.
ExitStatus link(const QuickSightFlags& flags) {
  const QuickSightRecord record = known_record(flags);
  QuickSight service = service_of(record);
  print_text(service.embed_url(fmt::format("{}-{}", record.prefix, flags.settings.dataset),
                               flags.user, std::chrono::minutes(flags.minutes), flags.domains) +
             "\n");
  return ExitStatus::ok;
}

void add_plan_flags(CLI::App& command, QuickSightFlags& flags) {
  QuickSightSettings& settings = flags.settings;
  add_region_flag(command, settings.region);
  command.add_option("--account", settings.account, "12 digits [that of the credentials]");
  add_prefix_flag(command, settings.prefix);
  command
      .add_option("--owner", settings.owners,
                  "ARN of a user or group of QuickSight who may change it; may be repeated")
      ->type_name("ARN")
      ->required();
  command
      .add_option("--reader", settings.readers,
                  "and who may look at the dashboard; may be repeated [nobody else]")
      ->type_name("ARN");
  command.add_option("--source", flags.source, "what QuickSight reads: s3 (csv files) or athena")
      ->check(CLI::IsMember({"s3", "athena"}))
      ->capture_default_str();
  command
      .add_option("--work-group", settings.work_group, "of Athena, which says where its answers go")
      ->capture_default_str();
  command.add_flag("--standard-edition", flags.standard,
                   "QuickSight takes in 8 times a day, not 32");
}

void add_link_flags(CLI::App& command, QuickSightFlags& flags) {
  command.add_option("--user", flags.user, "ARN of the user of QuickSight whom it is for")
      ->type_name("ARN")
      ->required();
  command.add_option("--minutes", flags.minutes, "that the session may take")
      ->check(whole_number(15, 600))
      ->capture_default_str();
  command.add_option("--domain", flags.domains,
                     "page that may embed it, https://HOST; may be repeated [as QuickSight says]");
}

CLI::App* add_action(CLI::App& parent, const char* name, const char* what,
                     const std::shared_ptr<QuickSightFlags>& flags, Command& chosen,
                     ExitStatus (*action)(const QuickSightFlags&)) {
  CLI::App* const command = parent.add_subcommand(name, what);
  add_repository_flag(*command, flags->repository);
  command->add_option("--dataset", flags->settings.dataset, "of the repository")->required();
  command->callback(
      [flags, &chosen, action] { chosen = [flags, action] { return action(*flags); }; });
  return command;
}

}  // namespace

void add_quicksight_command(CLI::App& app, Command& chosen) {
  auto* const command = app.add_subcommand(
      "quicksight", "Show a data set in QuickSight: tables, charts, dashboard, refreshes");
  command->require_subcommand(1);
  command->footer(
      "Example:\n  forecart quicksight setup --repository s3://my-bucket/shop --dataset orders \\\n"
      "    --owner arn:aws:quicksight:eu-central-1:123456789012:user/default/ann\n"
      "With [quicksight] publish = true in dataset.toml every published run writes the tables and "
      "has QuickSight take them in.");
  const auto flags = [] { return std::make_shared<QuickSightFlags>(); };
  add_action(*command, "export", "Write the tables of the current run below quicksight/DATASET/",
             flags(), chosen, export_tables);
  const auto shown = flags();
  add_plan_flags(*add_action(*command, "show", "Print what setup would make, asking nobody", shown,
                             chosen, show),
                 *shown);
  const auto made = flags();
  add_plan_flags(*add_action(*command, "setup",
                             "Make or change data sources, data sets, analysis and dashboard", made,
                             chosen, set_up),
                 *made);
  add_action(*command, "refresh", "Write the tables and have QuickSight take them in", flags(),
             chosen, refresh);
  const auto asked = flags();
  add_action(*command, "status", "Ask QuickSight whether it has taken in the last run", asked,
             chosen, status)
      ->add_flag("--json", asked->json, "the same as JSON");
  const auto linked = flags();
  add_link_flags(
      *add_action(*command, "link", "Print an address that shows the dashboard to a user, once",
                  linked, chosen, link),
      *linked);
}

}  // namespace forecart
