#include "pipeline/doctor.h"

#include "pipeline/repository.h"
#include "table/scratch_folder.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace forecart {
namespace {

const Finding* find(const std::vector<Finding>& findings, const std::string& name) {
  const auto found = std::find_if(findings.begin(), findings.end(),
                                  [&](const Finding& finding) { return finding.name == name; });
  return found == findings.end() ? nullptr : &*found;
}

TEST(Doctor, LooksAtTheMachineAloneWhereNoRepositoryIsGiven) {
  const auto findings = examine({});
  ASSERT_NE(find(findings, "memory"), nullptr);
  ASSERT_NE(find(findings, "DuckDB"), nullptr);
  EXPECT_EQ(find(findings, "time zones")->health, Health::ok);
  EXPECT_EQ(find(findings, "repository"), nullptr);
}

TEST(Doctor, TriesTheStoreAndLeavesNothingBehind) {
  const ScratchFolder folder;
  Repository repository = Repository::open_or_create(folder / "shop");
  const auto findings = examine(folder / "shop");
  EXPECT_EQ(find(findings, "conditional writes")->health, Health::ok);
  EXPECT_EQ(find(findings, "clock")->health, Health::ok);
  EXPECT_EQ(repository.store().list(""), std::vector<std::string>{"forecart.json"});
}

TEST(Doctor, FailsWhereThereIsNoRepository) {
  const ScratchFolder folder;
  const auto findings = examine(folder / "none");
  ASSERT_NE(find(findings, "repository"), nullptr);
  EXPECT_EQ(find(findings, "repository")->health, Health::fail);
  const std::string remedy = find(findings, "repository")->remedy;
  EXPECT_FALSE(remedy.empty());
  EXPECT_EQ(find(findings, "repository")->what.find(remedy), std::string::npos) << "told once";
  EXPECT_EQ(to_json(findings).at("health"), "fail");
}

}  // namespace
}  // namespace forecart
