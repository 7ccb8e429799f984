#include "cli/ingest_command.h"

#include "cli/commands.h"
#include "cli/cost_flags.h"
#include "cli/number_checks.h"
#include "cli/options.h"
#include "cli/terminal_progress.h"
#include "cli/text_table.h"
#include "pipeline/repository.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace forecart {

namespace {

struct IngestFlags {
  IngestRequest request;
  std::vector<std::filesystem::path> files;
  OrderFlags orders;
  std::string time_zone;
  CommonFlags common;
};

void show_ingest(const IngestReport& report) {
  const IngestCounts& counts = report.counts;
  std::string text;
  const auto line = [&text](const std::string& what, const std::string& value) {
    text += fmt::format("{:<18}{:>14}\n", what, value);
  };
  line("rows read", grouped(counts.rows_read));
  line("accepted", grouped(counts.rows_accepted));
  line("rejected", grouped(counts.rows_rejected));
  for (std::size_t i = 0; i < kRejectReasons; ++i) {
    if (counts.rejected_by_reason[i] == 0) continue;
    line(fmt::format("  {}", to_string(static_cast<RejectReason>(i))),
         grouped(counts.rejected_by_reason[i]));
  }
  line("exact duplicates", grouped(counts.exact_duplicates));
  line("returned lines", grouped(counts.returns));
  line("revenue", fmt::format("{:.2f}", counts.revenue));
  line("files known", grouped(counts.files_known));
  if (counts.first && counts.last) {
    text += fmt::format("from {} to {}\n", format_instant(*counts.first, report.zone),
                        format_instant(*counts.last, report.zone));
  }
  print_text(text);
}

}  // namespace

ExitStatus ingest_and_show(const IngestRequest& asked, const CommonFlags& common) {
  const auto progress = make_progress(parse_progress_mode(common.progress));
  IngestRequest request = asked;
  request.progress = progress.get();
  const IngestReport report = ingest_orders(request);
  if (!report.guessed.empty()) {
    print_note(fmt::format("new data set '{}', settings in {}/{}:\n{}", report.dataset,
                           request.repository, Repository::config_key(report.dataset),
                           report.guessed));
  }
  for (const FileFailure& failure : report.failures) {
    print_note(fmt::format("{}: {} [{}]", failure.file, failure.message, to_string(failure.code)));
  }
  common.json ? print_json(to_json(report)) : show_ingest(report);
  tell_usage(report.usage, report.bill);
  return report.failures.empty() ? ExitStatus::ok : ExitStatus::partly;
}

void add_ingest_command(CLI::App& app, Command& chosen) {
  auto* const command = app.add_subcommand("ingest", "Take order files into a data set");
  const auto flags = std::make_shared<IngestFlags>();
  command->add_option("files", flags->files, "csv, csv.gz, csv.zst or parquet")
      ->required()
      ->type_name("FILE");
  add_repository_flag(*command, flags->request.repository);
  command->add_option("--dataset", flags->request.dataset, "name of the data set")->required();
  command->add_option("--time-zone", flags->time_zone, "IANA zone of times without an offset");
  command->add_option("--threads", flags->request.threads, "0: all cores")
      ->check(whole_number(0, kMostThreads))
      ->capture_default_str();
  add_prices_flag(*command, flags->request.prices);
  flags->orders.add_to(*command);
  flags->common.add_to(*command);
  command->footer(
      "Example:\n  forecart ingest orders/*.csv --repository shop --dataset orders\n"
      "The first ingest guesses what the columns mean and writes it to dataset.toml.");
  command->callback([flags, &chosen] {
    chosen = [flags] {
      IngestRequest request = flags->request;
      request.files.assign(flags->files.begin(), flags->files.end());
      request.config = flags->orders.parsed();
      if (!flags->time_zone.empty()) request.config.time_zone = flags->time_zone;
      return ingest_and_show(request, flags->common);
    };
  });
}

}  // namespace forecart
