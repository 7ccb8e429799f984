#include "base/error.h"
#include "cli/commands.h"
#include "cli/panel_commands.h"
#include "cli/text_table.h"
#include "pipeline/network_file.h"
#include "table/table_file.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace forecart {

namespace {

struct ExportFlags {
  PanelFlags panel;
  std::string example;
};

/// The one model that is exported.
const std::string& exported_model(const std::vector<std::string>& models) {
  if (models.size() == 1) return models.front();
  throw Error(ErrorCode::usage, "export writes one network: give --model once");
}

void show_network(const ExportedNetwork& network, const ExportFlags& flags) {
  const std::string& file = flags.panel.output;
  write_file(file, network.onnx);
  if (!flags.example.empty()) write_example(network, flags.example);
  if (flags.panel.common.json) return print_json(network_json(network, file));
  print_text(fmt::format("{}, {} bytes\n", file, network.onnx.size()) +
             text_table(port_table(network)));
}

ExitStatus export_to_file(const ExportFlags& asked) {
  check_output(asked.panel.output, {".onnx"});
  check_output(asked.example, {".json"});
  ExportFlags flags = asked;
  std::vector<std::string>& models = flags.panel.model.choice.models;
  if (models.empty()) models = {"LSTM"};
  const std::string& model = exported_model(models);
  check_is_network(model);
  const bool of_repository = flags.panel.input.from_repository();
  refuse_forecast_flags(*flags.panel.command, of_repository);
  if (of_repository) {
    const SavedForecast saved = saved_forecast(flags.panel, true);
    show_network(*exported_network(model, *saved.fitted.front(), saved.future), flags);
    return ExitStatus::ok;
  }
  const FreshForecast fresh = fresh_forecast(flags.panel);
  const Fitted& fitted = *fresh.run.results.front().fitted;
  show_network(*exported_network(model, fitted, fresh.options.covariates), flags);
  return status_of(fresh.run.results);
}

}  // namespace

void add_export_command(CLI::App& app, Command& chosen) {
  auto* const command =
      app.add_subcommand("export", "Write a fitted network as ONNX, for other programs");
  const auto flags = std::make_shared<ExportFlags>();
  flags->panel.add_to(*command);
  command->add_option("-o,--output", flags->panel.output, "file to write, ending with .onnx")
      ->required();
  command
      ->add_option("--example", flags->example,
                   "write what the network reads of some series, and what it says, as JSON")
      ->type_name("FILE");
  command->footer(
      "Example:\n"
      "  forecart export --repository shop --dataset orders --model LSTM -o lstm.onnx\n"
      "  forecart export sales.csv --h 24 --freq h --model MLP -o mlp.onnx --example example.json\n"
      "With --repository the network of the current run, else one that is fitted now. Without "
      "--model LSTM. docs/formats/onnx.md says what it reads and gives.");
  command->callback([flags, &chosen] { chosen = [flags] { return export_to_file(*flags); }; });
}

}  // namespace forecart
