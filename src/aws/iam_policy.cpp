#include "aws/iam_policy.h"

#include "aws/cloud_template.h"
#include "aws/iam_names.h"
#include "base/dataset_name.h"
#include "base/error.h"
#include "net/aws_service.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

namespace forecart {

namespace {

using nlohmann::json;

constexpr const char* kWords[]{"text", "reason", "unseen"};  // of a statement, not for IAM

const json& parts() {
  return cloud_template("iam-policies").at("parts");
}

void check_name(const std::string& name) {
  std::vector<std::string> names;
  for (const IamPart& part : iam_parts()) names.push_back(part.name);
  if (std::ranges::find(names, name) != names.end()) return;
  throw Error(ErrorCode::unknown_name,
              fmt::format("part '{}' is not known; use one of {}", name, fmt::join(names, ", ")));
}

/// Those of a part and of all that it includes.
json statements_of(const std::string& name) {
  const json& part = parts().at(name);
  json all = json::array();
  for (const json& included : part.at("includes")) {
    for (json& one : statements_of(included)) all.push_back(std::move(one));
  }
  for (const json& one : part.at("statements")) all.push_back(one);
  return all;
}

class Values {
 public:
  explicit Values(const IamSettings& settings)
      : settings_(settings),
        names_(settings.region, settings.account),
        values_(cloud_template("iam-policies").at("parameters")) {}

  json operator()() {
    add_repository();
    add_account();
    add_function();
    add_jobs();
    add_others();
    return std::move(values_);
  }

 private:
  void add_repository() {
    const StoreLocation& place = settings_.repository;
    if (place.empty()) {
      throw Error(ErrorCode::usage,
                  "the repository is not told; give --repository s3://BUCKET/PREFIX, or set "
                  "FORECART_REPOSITORY");
    }
    if (place.is_local()) {
      throw Error(ErrorCode::invalid_value,
                  fmt::format("'{}' is a local folder, which AWS gives no rights to; give the "
                              "repository on S3, s3://BUCKET/PREFIX",
                              place.text()));
    }
    values_["Bucket"] = place.bucket();
    values_["Prefix"] = place.prefix().empty() ? "" : IamNames::escaped(place.prefix()) + "/";
    if (!settings_.dataset.empty()) {
      check_dataset_name(settings_.dataset);
      values_["Dataset"] = settings_.dataset;
    }
    put("KmsKey", settings_.kms_key, [&](const auto& key) { return names_.key(key); });
  }

  void add_account() {
    const AwsPartition& partition = aws_partition(settings_.region);
    values_["Partition"] = partition.name;
    values_["UrlSuffix"] = partition.suffix;
    values_["Region"] = settings_.region;
    values_["Account"] = settings_.account;
  }

  void add_function() {
    values_["Function"] = IamNames::escaped(settings_.function);
    put("Queue", settings_.queue, [&](const auto& one) { return names_.queue(one); });
    put("DeadLetterQueue", settings_.dead_letter_queue,
        [&](const auto& one) { return names_.queue(one); });
    put("Stream", settings_.stream,
        [](const auto& one) { return IamNames::arn(one, "the stream"); });
    put("StateMachine", settings_.state_machine,
        [](const auto& one) { return IamNames::arn(one, "the state machine"); });
    put("StateMachineRuns", settings_.state_machine,
        [](const auto& one) { return IamNames::runs_of(one); });
    if (settings_.network) values_["Network"] = "VPC";
    if (settings_.tracing) values_["Tracing"] = "Active";
  }

  void add_jobs() {
    put("JobRole", settings_.job_role,
        [](const auto& one) { return IamNames::arn(one, "the role of jobs"); });
    put("ImageRepository", settings_.image, [&](const auto& one) { return names_.image(one); });
    put("JobKmsKey", settings_.job_kms_key, [&](const auto& one) { return names_.key(one); });
    if (settings_.job_network) values_["JobNetwork"] = "VPC";
    std::set<std::string> buckets;
    for (const auto& [name, places] : {std::pair{"JobInputs", &settings_.job_inputs},
                                       std::pair{"JobOutputs", &settings_.job_outputs}}) {
      for (const std::string& place : *places) {
        values_[name].push_back(names_.objects(place));
        buckets.insert(names_.bucket(place));
      }
    }
    values_["JobBuckets"] = buckets;
  }

  void add_others() {
    std::set<std::string> topics, secrets;
    for (const std::string& one : settings_.topics) topics.insert(IamNames::arn(one, "the topic"));
    for (const std::string& one : settings_.secrets) secrets.insert(names_.secret(one));
    values_["AlertTopic"] = topics;
    values_["Secrets"] = secrets;
    values_["QuickSight"] = IamNames::escaped(settings_.quicksight);
    values_["NamePrefix"] = IamNames::escaped(settings_.name_prefix);
    values_["WorkGroup"] = IamNames::escaped(settings_.work_group);
    if (settings_.athena_results.empty()) return;
    values_["AthenaResults"] = {names_.bucket(settings_.athena_results),
                                names_.objects(settings_.athena_results)};
  }

  template <class Turn>
  void put(const char* name, const std::string& text, const Turn& turn) {
    if (!text.empty()) values_[name] = turn(text);
  }

  const IamSettings& settings_;
  IamNames names_;
  json values_;
};

/// Rights that name an account which nobody told would be rights to nothing.
void require_account(const json& statements, const IamSettings& settings) {
  const std::string all = statements.dump();
  const auto require = [&](const char* place, const std::string& value, const char* message) {
    if (!value.empty() || all.find(place) == std::string::npos) return;
    throw Error(ErrorCode::usage, message);
  };
  require("${Region}", settings.region,
          "rights of this part name the region; give --region, or set AWS_REGION");
  require("${Account}", settings.account,
          "rights of this part name the account; give --account, 12 digits");
}

std::string lines_of(const char* begin, const json& list) {
  std::string text;
  for (const json& one : list.is_array() ? list : json::array({list})) {
    text += fmt::format("{}{}\n", text.empty() ? begin : "       ", one.get<std::string>());
  }
  return text;
}

}  // namespace

std::vector<IamPart> iam_parts() {
  std::vector<IamPart> all;
  for (const auto& [name, part] : parts().items()) {
    if (part.contains("text")) all.push_back({name, part.at("text")});
  }
  return all;
}

std::vector<IamStatement> iam_statements(const std::string& part, const IamSettings& settings) {
  check_name(part);
  const json given = statements_of(part);
  const json values = Values(settings)();
  json wanted = json::array();
  for (const json& one : given) {
    if (!filled(json::array({one}), values).empty()) wanted.push_back(one);
  }
  require_account(wanted, settings);
  std::vector<IamStatement> all;
  for (json& one : filled(wanted, values)) {
    IamStatement statement{{}, one.at("text"), one.value("reason", ""), one.value("unseen", "")};
    for (const char* word : kWords) one.erase(word);
    statement.rule = std::move(one);
    all.push_back(std::move(statement));
  }
  return all;
}

json iam_policy(const std::vector<IamStatement>& statements) {
  json rules = json::array();
  for (const IamStatement& one : statements) rules.push_back(one.rule);
  return {{"Version", "2012-10-17"}, {"Statement", std::move(rules)}};
}

json to_json(const std::vector<IamStatement>& statements) {
  json list = json::array();
  for (const IamStatement& one : statements) {
    list.push_back(
        {{"rule", one.rule}, {"text", one.text}, {"reason", one.reason}, {"unseen", one.unseen}});
  }
  return {{"statements", std::move(list)}};
}

std::string explained(const std::vector<IamStatement>& statements) {
  std::string text;
  for (const IamStatement& one : statements) {
    text += fmt::format("{}: {}\n  {}\n", one.rule.at("Sid").get<std::string>(), one.text,
                        one.rule.at("Effect").get<std::string>());
    text +=
        lines_of("       ", one.rule.at("Action")) + lines_of("    on ", one.rule.at("Resource"));
    if (one.rule.contains("Condition")) {
      text += fmt::format("    if {}\n", one.rule.at("Condition").dump());
    }
    if (!one.reason.empty()) text += fmt::format("  Why *: {}\n", one.reason);
    if (!one.unseen.empty())
      text += fmt::format("  Not asked by forecart itself: {}\n", one.unseen);
    text += "\n";
  }
  return text;
}

}  // namespace forecart
