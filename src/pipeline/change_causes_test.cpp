#include "pipeline/change_causes.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace forecart {
namespace {

using nlohmann::json;
using Texts = std::vector<std::string>;

/// A ledger of one item of the panel "tree".
Table ledger(const std::string& tried, const std::string& chosen, const std::string& fallback,
             const std::string& history = "h") {
  Table table;
  table.add("panel", Texts{"tree"});
  table.add("unique_id", Texts{"a"});
  table.add("models_tried", Texts{tried});
  table.add("chosen", Texts{chosen});
  table.add("fallback", Texts{fallback});
  table.add("history", Texts{history});
  return table;
}

/// What became of AutoSelect's state of the item; SeasonalNaive's moved on.
Table retraining(const std::string& decision, const std::string& reason, std::int64_t history) {
  Table table;
  table.add("panel", Texts{"tree", "tree"});
  table.add("model", Texts{"SeasonalNaive/auto", "AutoSelect/auto"});
  table.add("unique_id", Texts{"a", "a"});
  table.add("decision", Texts{"move on", decision});
  table.add("reason", Texts{"", reason});
  table.add("history", std::vector<std::int64_t>{400, history});
  return table;
}

json manifest(bool went_on) {
  return {
      {"panels", {{{"panel", "tree"}, {"retraining", went_on ? json{{"moved_on", 1}} : json()}}}},
      {"options", {{"retrain", "auto"}, {"refit_budget", 0}, {"order", ""}}},
      {"seed", 1},
      {"version", "1"},
      {"kernel", "portable"}};
}

/// The same, but for one option.
json told(const char* option, const json& value) {
  json result = manifest(true);
  result["options"][option] = value;
  return result;
}

const char* const kProven = "SeasonalNaive SeasonalNaive/auto AutoSelect AutoSelect/auto";
const char* const kWentOn = "SeasonalNaive/auto AutoSelect/auto";

TEST(BaseOf, LeavesTheMethodOut) {
  EXPECT_EQ(base_of("AutoSelect/auto"), "AutoSelect");
  EXPECT_EQ(base_of("AutoSelect"), "AutoSelect");
}

TEST(ChangeCauses, TakeAChoiceForTheModelThatChose) {
  const json all = manifest(false);
  const RunTables before{all, {}, ledger(kProven, "ARIMA", ""), {}};
  const RunTables after{all, {}, ledger(kProven, "AutoETS", ""), {}};
  EXPECT_EQ(ChangeCauses(before, after, "tree", "AutoSelect/auto").model_changes("a"),
            Texts{"chosen AutoETS, was ARIMA"});
  EXPECT_EQ(ChangeCauses(before, after, "tree", "SeasonalNaive/auto").model_changes("a"), Texts{});
}

TEST(ChangeCauses, CompareFallbacksOfTheModelAlone) {
  const json all = manifest(false);
  const json moved = manifest(true);
  const RunTables before{
      all, {}, ledger(kProven, "", "AutoSelect -> WindowAverage; AutoSelect/auto -> Naive"), {}};
  const RunTables same{moved, {}, ledger(kWentOn, "", "AutoSelect/auto -> Naive"), {}};
  EXPECT_EQ(ChangeCauses(before, same, "tree", "AutoSelect/auto").model_changes("a"), Texts{})
      << "a run that goes on lists other models";
  const RunTables other{moved, {}, ledger(kWentOn, "", ""), {}};
  EXPECT_EQ(ChangeCauses(before, other, "tree", "AutoSelect/auto").model_changes("a"),
            Texts{"fallback none, was Naive"});
}

TEST(ChangeCauses, NameTheRefitOfTheModelAlone) {
  const json all = manifest(false);
  const json moved = manifest(true);
  const Table rows = ledger(kWentOn, "", "");
  const RunTables first{all, {}, rows, retraining("select anew", "all series were fitted", 400)};
  const RunTables refitted{moved, {}, rows, retraining("re-estimate", "it has grown", 440)};
  const RunTables later{moved, {}, rows, retraining("move on", "", 440)};
  const auto refit = [](const RunTables& before, const RunTables& after, const char* model) {
    return ChangeCauses(before, after, "tree", model).refit("a");
  };
  EXPECT_EQ(refit(first, refitted, "AutoSelect/auto"), "re-estimate: it has grown");
  EXPECT_EQ(refit(first, refitted, "SeasonalNaive/auto"), "");
  EXPECT_EQ(refit(first, later, "AutoSelect/auto"), "fitted again by a run between them");
  EXPECT_EQ(refit(refitted, later, "AutoSelect/auto"), "");
  EXPECT_EQ(refit(later, first, "AutoSelect/auto"), "all series were fitted");
  EXPECT_EQ(refit(first, first, "AutoSelect/auto"), "") << "both fitted all";
}

TEST(ChangeCauses, NameParametersOnlyWhereTheyCouldMatter) {
  const json moved = manifest(true);
  const Table rows = ledger(kWentOn, "", "");
  const RunTables usual{moved, {}, rows, retraining("move on", "", 440)};
  const auto named = [&](const RunTables& before, const json& options, const Table& table) {
    const RunTables after{options, {}, rows, table};
    return ChangeCauses(before, after, "tree", "AutoSelect/auto").parameters("a");
  };
  const Table moved_on = retraining("move on", "", 440);
  const Table waits = retraining("move on", "bias: put off, the budget is spent", 440);
  EXPECT_FALSE(named(usual, moved, moved_on));
  EXPECT_TRUE(named(usual, told("order", "1,0,0"), moved_on));
  EXPECT_FALSE(named(usual, told("refit_budget", 5), moved_on)) << "nothing was put off";
  EXPECT_TRUE(named(usual, told("refit_budget", 5), waits));
  EXPECT_TRUE(named(usual, told("retrain", "always"), moved_on));
  const json always = told("retrain", "always");
  const RunTables all{always, {}, rows, moved_on};
  EXPECT_FALSE(named(all, moved, moved_on)) << "the later run moved on";
  const json budget = told("refit_budget", 5);
  const RunTables waited{budget, {}, rows, waits};
  EXPECT_TRUE(named(waited, moved, retraining("re-estimate", "bias", 440)));
}

TEST(ChangeCauses, KnowWhichItemsBothRunsHad) {
  const json all = manifest(false);
  const RunTables before{all, {}, ledger(kProven, "", "", "one"), {}};
  const RunTables after{all, {}, ledger(kProven, "", "", "two"), {}};
  const ChangeCauses causes(before, after, "tree", "AutoSelect/auto");
  EXPECT_TRUE(causes.knows("a"));
  EXPECT_FALSE(causes.knows("b"));
  EXPECT_TRUE(causes.other_history("a"));
  EXPECT_FALSE(ChangeCauses(before, before, "tree", "AutoSelect/auto").other_history("a"));
}

}  // namespace
}  // namespace forecart
