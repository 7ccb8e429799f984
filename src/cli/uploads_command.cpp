#include "cli/commands.h"
#include "cli/options.h"
#include "pipeline/arrivals.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace forecart {

namespace {

using nlohmann::json;

struct UploadsFlags {
  std::string repository;
  std::string dataset;
  bool retry = false;
  CommonFlags common;
};

/// A number, or "-" for null.
std::string shown(const json& value) {
  return value.is_null() ? "-" : value.dump();
}

void show(const json& dataset) {
  std::string text = dataset.at("dataset").get<std::string>() + "\n";
  for (const json& upload : dataset.at("uploads")) {
    text += fmt::format("  upload {}\n", upload.at("upload").get<std::string>());
    for (const json& file : upload.at("files")) {
      text += fmt::format("    {}  {} rows, {} rejected\n", file.at("name").get<std::string>(),
                          shown(file.at("rows_accepted")), shown(file.at("rows_rejected")));
    }
  }
  for (const json& file : dataset.at("waiting")) {
    text += fmt::format("  waiting {}  {} bytes, since {}\n", file.at("key").get<std::string>(),
                        shown(file.at("bytes")), file.at("since").get<std::string>());
  }
  if (dataset.at("asked") != 0)
    text += fmt::format("  {} runs asked for\n", shown(dataset.at("asked")));
  for (const json& letter : dataset.at("dead")) {
    text +=
        fmt::format("  dead {}  {} [{}]\n", letter.at("key").get<std::string>(),
                    letter.at("message").get<std::string>(), letter.at("code").get<std::string>());
  }
  print_text(text);
}

ExitStatus uploads(const UploadsFlags& flags) {
  if (flags.retry) {
    const auto back = retry_dead_letters(flags.repository, flags.dataset);
    if (flags.common.json) {
      print_json({{"retried", back}});
      return ExitStatus::ok;
    }
    for (const std::string& key : back) print_text(fmt::format("{} waits again\n", key));
    print_note(fmt::format("{} dead letters put back; forecart work takes them in", back.size()));
    return ExitStatus::ok;
  }
  const json all = list_arrivals(flags.repository, flags.dataset);
  if (flags.common.json) {
    print_json({{"datasets", all}});
    return ExitStatus::ok;
  }
  for (const json& dataset : all) show(dataset);
  return ExitStatus::ok;
}

}  // namespace

void add_uploads_command(CLI::App& app, Command& chosen) {
  auto* const command = app.add_subcommand(
      "uploads",
      "List what arrived: uploads, files that wait, and dead letters with their reasons");
  const auto flags = std::make_shared<UploadsFlags>();
  add_repository_flag(*command, flags->repository);
  command->add_option("--dataset", flags->dataset, "only of this data set [all]");
  command->add_flag("--retry", flags->retry, "put dead letters back to where they came from");
  flags->common.add_to(*command);
  command->callback([flags, &chosen] { chosen = [flags] { return uploads(*flags); }; });
}

}  // namespace forecart
