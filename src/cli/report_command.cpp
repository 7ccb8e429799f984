#include "cli/commands.h"
#include "cli/number_checks.h"
#include "cli/options.h"
#include "cli/terminal_progress.h"
#include "pipeline/report_error.h"
#include "pipeline/repository.h"
#include "server/report.h"
#include "table/table_file.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace forecart {

namespace {

struct ReportFlags {
  ReportRequest request;
  std::string repository;
  std::string output;
  bool publish = false;
  CommonFlags common;
};

void show(const Report& report, const std::vector<std::string>& places) {
  constexpr double kMegabyte = 1e6;
  std::string text =
      fmt::format("run {}, forecasts of {} series, {:.1f} MB\n", report.run, report.series,
                  static_cast<double>(report.html.size()) / kMegabyte);
  for (const std::string& place : places) text += fmt::format("  {}\n", place);
  print_text(text);
}

/// What a run could not write is there now.
void forget_report_error(Repository& repository, const std::string& dataset,
                         const std::string& run) {
  const auto current = repository.current(dataset);
  if (current && current->at("run") == run) keep_report_error(repository, dataset, "");
}

ExitStatus report(const ReportFlags& flags) {
  const std::string file = flags.output.empty() && !flags.publish ? "report.html" : flags.output;
  if (!file.empty()) check_output(file, {".html"});
  const auto progress = make_progress(parse_progress_mode(flags.common.progress));
  ReportRequest request = flags.request;
  request.progress = progress.get();
  Repository repository = Repository::open(flags.repository);
  const Report made = make_report(repository, request);
  std::vector<std::string> places;
  if (!file.empty()) {
    write_file(file, made.html);
    places.push_back(file);
  }
  if (flags.publish) {
    for (const std::string& key : publish_report(repository, request.dataset, made)) {
      places.push_back(flags.repository + "/" + key);
    }
    forget_report_error(repository, request.dataset, made.run);
  }
  if (flags.common.json) {
    print_json({{"run", made.run},
                {"series", made.series},
                {"bytes", made.html.size()},
                {"written", places}});
  } else {
    show(made, places);
  }
  return ExitStatus::ok;
}

}  // namespace

void add_report_command(CLI::App& app, Command& chosen) {
  auto* const command =
      app.add_subcommand("report", "Write a run as one file of html, for people with no server");
  const auto flags = std::make_shared<ReportFlags>();
  add_repository_flag(*command, flags->repository);
  command->add_option("--dataset", flags->request.dataset, "name of the data set")->required();
  command->add_option("--run", flags->request.run, "name of a run, its beginning, or current")
      ->capture_default_str();
  command
      ->add_option("--series", flags->request.series,
                   "forecasts to show: of each panel the total first, then the largest")
      ->check(whole_number(0, kMostReportSeries))
      ->capture_default_str();
  command
      ->add_option("-o,--output", flags->output,
                   "file to write, ending with .html [report.html, or none with --publish]")
      ->type_name("FILE");
  command->add_flag("--publish", flags->publish,
                    "keep it in the repository too, below reports/DATASET/");
  flags->common.add_to(*command);
  command->footer(
      "Example:\n"
      "  forecart report --repository shop --dataset orders -o orders.html\n"
      "  forecart report --repository s3://bucket/shop --dataset orders --publish\n"
      "Charts of sales, forecasts and their accuracy, with their data in the file: it opens "
      "without "
      "a network and asks for nothing. It holds what a viewer of the data set may see, so no "
      "customers and places.");
  command->callback([flags, &chosen] { chosen = [flags] { return report(*flags); }; });
}

}  // namespace forecart
