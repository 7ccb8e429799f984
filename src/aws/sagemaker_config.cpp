#include "aws/sagemaker_config.h"

#include "aws/sagemaker_place.h"
#include "base/error.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <optional>

namespace forecart {

namespace {

using nlohmann::json;
namespace fs = std::filesystem;

/// The value, unless it is nested deeper than any settings are.
std::optional<json> parse_flat(std::string_view text) {
  constexpr int kDeepest = 8;
  bool deep = false;
  json value = json::parse(
      text,
      [&deep](int depth, json::parse_event_t, json&) {
        deep = deep || depth > kDeepest;
        return true;
      },
      false);
  if (deep || value.is_discarded()) return std::nullopt;
  return value;
}

json object_in(std::string_view text, const char* file) {
  std::optional<json> value = parse_flat(text);
  if (value && value->is_object()) return std::move(*value);
  throw Error(ErrorCode::bad_data,
              fmt::format("{} is no object of JSON; see what the job was created with", file));
}

[[noreturn]] void refuse_member(const char* file, const std::string& what) {
  throw Error(ErrorCode::bad_data,
              fmt::format("{} has no {}; see what the job was created with", file, what));
}

std::string text_at(const json& object, const char* name, const char* file) {
  if (!object.is_object() || !object.contains(name) || !object[name].is_string()) {
    refuse_member(file, fmt::format("text '{}'", name));
  }
  return object[name].get<std::string>();
}

/// A number or a truth value as it was written, a text as it is; nothing for anything else.
std::optional<std::string> scalar_text(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number() || value.is_boolean()) return value.dump();
  return std::nullopt;
}

[[noreturn]] void refuse_value(const std::string& name, const std::string& text) {
  throw Error(ErrorCode::invalid_value,
              fmt::format("hyperparameter {} is '{}'; give a text, a number or a list of these",
                          name, cut_text(text, 60)));
}

std::vector<std::string> values_of(const std::string& name, const json& given) {
  const auto text = scalar_text(given);
  if (!text) refuse_value(name, given.dump(-1, ' ', true, json::error_handler_t::replace));
  const std::optional<json> inner = given.is_string() ? parse_flat(*text) : std::nullopt;
  if (!inner) return {*text};
  if (inner->is_string()) return {inner->get<std::string>()};
  if (!inner->is_structured()) return {*text};  // as it was written: 0.10 is not 0.1
  std::vector<std::string> values;
  for (const json& value : *inner) {
    const auto one = inner->is_array() ? scalar_text(value) : std::nullopt;
    if (!one) refuse_value(name, *text);
    values.push_back(*one);
  }
  return values;
}

bool is_of_sagemaker(const std::string& name) {
  return name.starts_with("sagemaker_") || name == "_tuning_objective_metric";
}

/// A folder that SageMaker has, as below another root: "processing/input/orders".
fs::path below_root(const std::string& path) {
  const fs::path folder = fs::path(path).lexically_normal();
  const fs::path below = folder.lexically_relative("/opt/ml/processing");
  if (!below.empty() && *below.begin() != "..") return folder.lexically_relative("/opt/ml");
  throw Error(ErrorCode::bad_data,
              fmt::format("the folder '{}' is not below /opt/ml/processing; give the inputs and "
                          "outputs of the job such LocalPaths",
                          cut_text(path, 100)));
}

constexpr const char* kProcessing = "processingjobconfig.json";

/// Folders of a list of inputs or outputs: `entry` names their names, `where` what holds LocalPath.
std::map<std::string, fs::path> folders_in(const json& list, const char* entry, const char* where) {
  if (!list.is_array()) refuse_member(kProcessing, fmt::format("list with '{}'", entry));
  std::map<std::string, fs::path> folders;
  for (const json& one : list) {
    const std::string name = text_at(one, entry, kProcessing);
    if (!one.contains(where)) continue;  // a data set of Athena or Redshift: not a folder of files
    folders[name] = below_root(text_at(one[where], "LocalPath", kProcessing));
  }
  return folders;
}

}  // namespace

std::vector<Hyperparameter> parse_hyperparameters(std::string_view text) {
  std::vector<Hyperparameter> result;
  const json given = object_in(text, "hyperparameters.json");
  for (const auto& [name, value] : given.items()) {
    if (!is_of_sagemaker(name)) result.push_back({name, values_of(name, value)});
  }
  return result;
}

SagemakerHosts parse_hosts(std::string_view text) {
  constexpr const char* kFile = "resourceconfig.json";
  const json given = object_in(text, kFile);
  SagemakerHosts result;
  result.current = text_at(given, "current_host", kFile);
  result.hosts.clear();
  for (const json& host : given.value("hosts", json())) {
    if (host.is_string()) result.hosts.push_back(host.get<std::string>());
  }
  std::sort(result.hosts.begin(), result.hosts.end());
  if (!std::binary_search(result.hosts.begin(), result.hosts.end(), result.current)) {
    refuse_member(kFile, "list 'hosts' with the current host");
  }
  return result;
}

SagemakerHosts read_hosts(const fs::path& file) {
  return fs::exists(file) ? parse_hosts(read_small_file(file)) : SagemakerHosts{};
}

std::map<std::string, std::string> parse_channels(std::string_view text) {
  constexpr const char* kFile = "inputdataconfig.json";
  const json given = object_in(text, kFile);
  std::map<std::string, std::string> modes;
  for (const auto& [name, channel] : given.items()) {
    if (!channel.is_object()) refuse_member(kFile, fmt::format("object '{}'", cut_text(name, 60)));
    const json mode = channel.value("TrainingInputMode", json("File"));
    modes[name] = mode.is_string() ? mode.get<std::string>() : "";
  }
  return modes;
}

ProcessingFolders parse_processing(std::string_view text) {
  const json given = object_in(text, kProcessing);
  ProcessingFolders result;
  const json inputs = given.value("ProcessingInputs", json());
  if (!inputs.is_null()) result.inputs = folders_in(inputs, "InputName", "S3Input");
  const json outputs = given.value("ProcessingOutputConfig", json());
  if (outputs.is_object()) {
    result.outputs = folders_in(outputs.value("Outputs", json::array()), "OutputName", "S3Output");
  }
  return result;
}

}  // namespace forecart
