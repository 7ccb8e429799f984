#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace forecart {

/// A hyperparameter as its job has it: texts, one or, where a list was sent, several.
struct Hyperparameter {
  std::string name;
  std::vector<std::string> values;
};

/// hyperparameters.json: an object of texts. A text that is itself JSON, as the SDKs send it, is
/// what it says: "\"LSTM\"" is LSTM, "[\"LSTM\",\"AutoETS\"]" both, "24" and "true" themselves.
/// What SageMaker and its SDK add for themselves (sagemaker_..., _tuning_objective_metric) is left
/// out. Throws Error bad_data for what is no such object, invalid_value for a value that is none.
std::vector<Hyperparameter> parse_hyperparameters(std::string_view text);

/// resourceconfig.json: the machines of a job, and which of them this is.
struct SagemakerHosts {
  std::string current = "algo-1";
  std::vector<std::string> hosts{"algo-1"};

  bool is_first() const { return current == hosts.front(); }
};
/// Throws Error bad_data.
SagemakerHosts parse_hosts(std::string_view text);
/// Of a file; one machine where there is none.
SagemakerHosts read_hosts(const std::filesystem::path& file);

/// inputdataconfig.json: the input mode of each channel. Throws Error bad_data.
std::map<std::string, std::string> parse_channels(std::string_view text);

/// processingjobconfig.json: folders of inputs and outputs below /opt/ml, by name. Throws Error
/// bad_data, also for a folder elsewhere.
struct ProcessingFolders {
  std::map<std::string, std::filesystem::path> inputs{};
  std::map<std::string, std::filesystem::path> outputs{};
};
ProcessingFolders parse_processing(std::string_view text);

}  // namespace forecart
