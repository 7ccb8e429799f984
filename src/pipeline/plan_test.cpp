#include "pipeline/plan.h"

#include "base/error.h"
#include "pipeline/demo_orders.h"
#include "pipeline/ingest_orders.h"
#include "pipeline/plan_history.h"
#include "pipeline/plan_probe.h"
#include "table/scratch_folder.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace forecart {
namespace {

TEST(FitsOf, CountsRefits) {
  EXPECT_EQ(fits_of(8, 0, false), 1);
  EXPECT_EQ(fits_of(8, 0, true), 2);
  EXPECT_EQ(fits_of(8, 1, false), 8);
  EXPECT_EQ(fits_of(8, 3, true), 4);
  EXPECT_EQ(fits_of(0, 3, false), 1);
}

TEST(CostTable, GrowsWithWhatThereIsToDo) {
  const std::vector<std::string> models{"ARIMA", "AutoSelect"};
  const PanelSize small{.series = 10, .values = 5000, .season = 7, .horizon = 14, .windows = 4};
  PanelSize large = small;
  large.series = 100;
  large.values = 50000;
  EXPECT_GT(table_seconds(models, {}, small), 0);
  EXPECT_GT(table_seconds(models, {}, large), 5 * table_seconds(models, {}, small));
  PanelSize twice = small;
  twice.fits = 2;
  EXPECT_GT(table_seconds(models, {}, twice), table_seconds(models, {}, small));
}

TEST(CostTable, MembersOfEnsembleCountOnce) {
  const PanelSize size{.series = 10, .values = 5000, .season = 7, .horizon = 14, .windows = 0};
  const double alone = table_seconds({"ARIMA", "LSTM"}, {}, size);
  EXPECT_DOUBLE_EQ(table_seconds({"ARIMA", "LSTM", "Ensemble"}, {"ARIMA", "LSTM"}, size), alone);
  EXPECT_DOUBLE_EQ(table_seconds({"Ensemble"}, {"ARIMA", "LSTM"}, size), alone);
}

TEST(MachineSpeed, IsAPositiveNumber) {
  const double speed = machine_speed();
  EXPECT_GT(speed, 0);
  EXPECT_LT(speed, 100);
}

TEST(SampleOf, SpreadsOverThePanel) {
  Panel panel{Calendar()};
  const std::vector<double> values{1, 2, 3};
  for (int i = 0; i < 10; ++i) panel.add(std::to_string(i), 0, values);
  const Panel sample = sample_of(panel, 4);
  ASSERT_EQ(sample.size(), 4);
  EXPECT_EQ(sample[0].id, "0");
  EXPECT_EQ(sample[3].id, "7");
  EXPECT_EQ(sample[1].values.size(), 3U);
}

class Plans : public testing::Test {
 protected:
  Plans() {
    DemoOptions options;
    options.orders_per_day = 20;
    const auto files = write_demo_orders(options, folder_ / "orders").files;
    IngestRequest request;
    request.repository = folder_ / "shop";
    request.dataset = "orders";
    request.files.assign(files.begin(), files.end());
    ingest_orders(request);
  }

  PlanRequest request(bool probe) const {
    PlanRequest result;
    result.run.repository = folder_ / "shop";
    result.run.dataset = "orders";
    result.run.choice.models = {"SeasonalNaive", "ARIMA"};
    result.run.choice.threads = 1;
    result.probe = probe;
    return result;
  }

  ScratchFolder folder_;
};

TEST_F(Plans, SayWhereTheirTimesComeFrom) {
  const Plan table = plan_run(request(false));
  EXPECT_EQ(table.panels.at(0).learnt_from, "the table");
  EXPECT_EQ(table.guesses.size(), 2U);
  EXPECT_EQ(plan_run(request(true)).panels.at(0).learnt_from, "a probe");
  const RunReport run = run_dataset(request(true).run);
  PlanRequest all = request(true);
  all.run.retrain_all = true;
  const Plan learnt = plan_run(all);
  EXPECT_EQ(learnt.goes_on_from, "");
  EXPECT_EQ(learnt.panels.at(0).learnt_from, "run " + run.run);
  EXPECT_NEAR(learnt.panels[0].core_seconds, run.panels[0].model_core_seconds, 1e-9)
      << "nothing has changed";
  EXPECT_EQ(to_json(learnt)["panels"][0]["learnt_from"], "run " + run.run);
}

TEST_F(Plans, FitAsOftenAsTheRunAndReadAsMuch) {
  const Plan plan = plan_run(request(false));
  const RunReport run = run_dataset(request(false).run);
  const PanelPlan& panel = plan.panels.at(0);
  EXPECT_EQ(panel.size.series, run.panels[0].panel.size());
  EXPECT_EQ(panel.size.windows, run.panels[0].outcome.windows);
  EXPECT_EQ(panel.refitted, run.panels[0].outcome.refitted);
  EXPECT_EQ(plan.usage.traffic.gets, run.usage.traffic.gets);
  EXPECT_EQ(plan.usage.traffic.heads, run.usage.traffic.heads);
  EXPECT_EQ(plan.usage.traffic.puts, run.usage.traffic.puts);
  EXPECT_EQ(plan.usage.traffic.lists, run.usage.traffic.lists);
  EXPECT_NEAR(static_cast<double>(plan.usage.traffic.bytes_read),
              static_cast<double>(run.usage.traffic.bytes_read),
              .05 * static_cast<double>(run.usage.traffic.bytes_read));
}

TEST_F(Plans, ForetellARunThatGoesOn) {
  EXPECT_EQ(plan_run(request(false)).goes_on_from, "") << "there is no run yet";
  const RunReport first = run_dataset(request(false).run);
  const Plan probed = plan_run(request(true));
  EXPECT_EQ(probed.goes_on_from, first.run);
  EXPECT_EQ(probed.panels.at(0).learnt_from, "goes on from run " + first.run + ": a probe");
  EXPECT_EQ(probed.panels.at(0).size.fits, 0);
  EXPECT_EQ(probed.panels[0].refits, 0);
  EXPECT_EQ(to_json(probed)["basis"]["core_seconds"], "probe");
  EXPECT_LT(probed.panels[0].core_seconds, first.panels[0].model_core_seconds);
  const Plan part = plan_run(request(false));
  EXPECT_EQ(part.panels.at(0).learnt_from,
            "goes on from run " + first.run + ": as an origin of run " + first.run);
  EXPECT_EQ(to_json(part)["basis"]["core_seconds"], "table");
  const RunReport second = run_dataset(request(false).run);
  EXPECT_EQ(probed.usage.traffic.gets, second.usage.traffic.gets);
  EXPECT_EQ(probed.usage.traffic.heads, second.usage.traffic.heads);
  EXPECT_EQ(probed.usage.traffic.puts, second.usage.traffic.puts) << "states stay as they are";
  EXPECT_NEAR(static_cast<double>(probed.usage.traffic.bytes_written),
              static_cast<double>(second.usage.traffic.bytes_written),
              .1 * static_cast<double>(second.usage.traffic.bytes_written));
  EXPECT_NEAR(static_cast<double>(probed.usage.traffic.bytes_read),
              static_cast<double>(second.usage.traffic.bytes_read),
              .1 * static_cast<double>(second.usage.traffic.bytes_read));
  ASSERT_EQ(second.panels[0].outcome.moved_on_from, first.run);
  const Plan learnt = plan_run(request(false));
  EXPECT_EQ(learnt.panels.at(0).learnt_from,
            "goes on from run " + second.run + ": as run " + second.run);
  EXPECT_NEAR(learnt.panels[0].core_seconds, second.panels[0].model_core_seconds, 1e-9);
  EXPECT_NEAR(learnt.usage.core_seconds(), second.usage.core_seconds(),
              .25 * second.usage.core_seconds());
  EXPECT_EQ(learnt.usage.traffic.puts, second.usage.traffic.puts);
  EXPECT_EQ(to_json(learnt)["goes_on_from"], second.run);
  EXPECT_EQ(to_json(learnt)["basis"]["core_seconds"], "run");
}

TEST_F(Plans, TellTheLongestFitThatNobodyCanShare) {
  PlanRequest asked = request(false);
  EXPECT_EQ(plan_run(asked).panels.at(0).longest_fit, 0) << "all are fitted series by series";
  asked.run.choice.models = {"ARIMA", "LSTM"};
  const PanelPlan shared = plan_run(asked).panels.at(0);
  EXPECT_GT(shared.longest_fit, 0);
  EXPECT_LT(shared.longest_fit, shared.core_seconds);
}

TEST_F(Plans, OfJobsAreOnTheInstanceThatIsAskedFor) {
  PlanRequest asked = request(false);
  const auto instance_of = [](const Plan& plan) { return plan.bill.offers.at(2).size; };
  asked.instance = "ml.m5.2xlarge";
  const Plan plan = plan_run(asked);
  EXPECT_EQ(instance_of(plan), "ml.m5.2xlarge");
  asked.instance = "ml.new.large";
  const Plan unlisted = plan_run(asked);
  EXPECT_NE(instance_of(unlisted), "ml.new.large");
  EXPECT_NE(unlisted.guesses.back().find("ml.new.large"), std::string::npos);
}

TEST_F(Plans, SayWhyTheRunWouldFitAll) {
  run_dataset(request(false).run);
  PlanRequest other = request(false);
  other.run.choice.seed = 2;
  const Plan plan = plan_run(other);
  EXPECT_EQ(plan.goes_on_from, "");
  EXPECT_NE(plan.known.back().find("the options are others"), std::string::npos);
}

TEST(ModelsOf, CountEachOnceWithoutTheMethodOfAHierarchy) {
  const auto panel = [](const std::vector<std::string>& names) {
    nlohmann::json models = nlohmann::json::array();
    for (const std::string& name : names) models.push_back({{"model", name}});
    return nlohmann::json{{"model_seconds", std::move(models)}};
  };
  const std::vector<std::string> asked{"SeasonalNaive", "AutoSelect"};
  EXPECT_EQ(models_of(panel({"SeasonalNaive", "AutoSelect"})), asked);
  EXPECT_EQ(models_of(panel({"SeasonalNaive/auto", "AutoSelect/auto"})), asked) << "not proven";
  EXPECT_EQ(
      models_of(panel({"SeasonalNaive", "SeasonalNaive/auto", "AutoSelect", "AutoSelect/auto"})),
      asked);
}

TEST_F(Plans, WriteNothing) {
  const auto keys = [&] { return Repository::open(folder_ / "shop").store().list(""); };
  const auto before = keys();
  plan_run(request(true));
  EXPECT_EQ(keys(), before);
}

TEST_F(Plans, OfAnUnknownDatasetAreRefused) {
  PlanRequest unknown = request(false);
  unknown.run.dataset = "lamps";
  EXPECT_THROW(plan_run(unknown), Error);
}

}  // namespace
}  // namespace forecart
