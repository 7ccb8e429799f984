#include "aws/sagemaker_config.h"

#include "aws/sagemaker_place.h"
#include "base/error.h"
#include "table/expect_error.h"
#include "table/scratch_folder.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

namespace forecart {
namespace {

using Values = std::vector<std::string>;

std::map<std::string, Values> parsed(std::string_view text) {
  std::map<std::string, Values> result;
  for (const Hyperparameter& one : parse_hyperparameters(text)) result[one.name] = one.values;
  return result;
}

TEST(SagemakerConfig, HyperparametersAreTextsPerhapsOfJson) {
  const auto given =
      parsed(R"({"model": "LSTM", "freq": "\"D\"", "level": "[80, \"95\"]", "h": "07",
      "order": "1,1,1", "drift": "true", "dropout": "0.10", "seed": 3, "sagemaker_region": "\"x\"",
      "_tuning_objective_metric": "mase"})");
  const std::map<std::string, Values> expected{
      {"model", {"LSTM"}},  {"freq", {"D"}},     {"level", {"80", "95"}}, {"h", {"07"}},
      {"order", {"1,1,1"}}, {"drift", {"true"}}, {"dropout", {"0.10"}},   {"seed", {"3"}}};
  EXPECT_EQ(given, expected);
}

TEST(SagemakerConfig, WhatIsNoHyperparameterIsRefused) {
  expect_error(ErrorCode::bad_data, "hyperparameters.json", [] { parse_hyperparameters("[]"); });
  expect_error(ErrorCode::bad_data, "hyperparameters.json",
               [] { parse_hyperparameters("{\"a\":"); });
  expect_error(ErrorCode::bad_data, "hyperparameters.json", [] {
    parse_hyperparameters("{\"a\":" + std::string(100'000, '[') + std::string(100'000, ']') + "}");
  });
  expect_error(ErrorCode::invalid_value, "give a text",
               [] { parse_hyperparameters(R"({"model": {"a": 1}})"); });
  expect_error(ErrorCode::invalid_value, "give a text",
               [] { parse_hyperparameters(R"({"model": "{}x", "l": null})"); });
  expect_error(ErrorCode::invalid_value, "give a text",
               [] { parse_hyperparameters(R"({"model": "[[1]]"})"); });
}

TEST(SagemakerConfig, HostsKnowWhichTheyAre) {
  const SagemakerHosts two =
      parse_hosts(R"({"current_host": "algo-2", "hosts": ["algo-2", "algo-1"]})");
  EXPECT_FALSE(two.is_first());
  EXPECT_EQ(two.hosts, (Values{"algo-1", "algo-2"}));
  EXPECT_TRUE(read_hosts("/nowhere/resourceconfig.json").is_first());
  expect_error(ErrorCode::bad_data, "hosts",
               [] { parse_hosts(R"({"current_host": "algo-3", "hosts": ["algo-1"]})"); });
  expect_error(ErrorCode::bad_data, "current_host",
               [] { parse_hosts(R"({"hosts": ["algo-1"]})"); });
}

TEST(SagemakerConfig, FoldersOfAProcessingJobStayBelowTheirs) {
  const auto job = [](const std::string& path) {
    return R"({"ProcessingInputs": [{"InputName": "orders", "S3Input": {"LocalPath": ")" + path +
           R"("}}, {"InputName": "athena", "DatasetDefinition": {}}],
           "ProcessingOutputConfig": {"Outputs": [{"OutputName": "repository",
           "S3Output": {"LocalPath": "/opt/ml/processing/out"}}]}})";
  };
  const ProcessingFolders folders = parse_processing(job("/opt/ml/processing/input/orders/"));
  EXPECT_EQ(folders.inputs.size(), 1U);
  EXPECT_EQ(folders.inputs.at("orders"), "processing/input/orders/");
  EXPECT_EQ(folders.outputs.at("repository"), "processing/out");
  for (const char* outside : {"/etc", "/opt/ml/processing/../../x", "relative", "/opt/ml/model"}) {
    expect_error(ErrorCode::bad_data, "LocalPath", [&] { parse_processing(job(outside)); });
  }
  EXPECT_TRUE(parse_processing("{}").inputs.empty());
}

TEST(SagemakerPlace, FilesAreFoundByNameWithoutHiddenOnes) {
  const ScratchFolder folder;
  for (const char* name : {"b/2.csv", "b/1.csv", "a.csv", "_SUCCESS", ".hidden/x.csv"}) {
    std::filesystem::create_directories((folder / name).parent_path());
    std::ofstream(folder / name) << "x";
  }
  std::vector<std::string> found;
  for (const auto& file : files_below(folder / "")) {
    found.push_back(file.lexically_relative(folder / "").string());
  }
  EXPECT_EQ(found, (Values{"a.csv", "b/1.csv", "b/2.csv"}));
  EXPECT_TRUE(files_below(folder / "none").empty());
}

TEST(SagemakerPlace, MessagesAreCutBetweenCharacters) {
  const ScratchFolder folder;
  leave_message(folder / "output/failure", std::string(1023, 'x') + "é and more");
  EXPECT_EQ(read_small_file(folder / "output/failure"), std::string(1023, 'x'));
  EXPECT_EQ(cut_text("é", 2), "é");
  EXPECT_EQ(cut_text("éé", 3), "é");
}

}  // namespace
}  // namespace forecart
