#include "aws/lambda_work.h"

#include "pipeline/small_shop.h"
#include "pipeline/work_queue.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <thread>

namespace forecart {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Key;

constexpr std::chrono::minutes kLong{10};

class LambdaWork : public testing::Test {
 protected:
  static LambdaEvent named(const std::string& dataset) {
    return {.messages = {{.datasets = {dataset}}}};
  }

  LambdaOutcome call(const LambdaEvent& event, Deadline::Clock::duration time = kLong) const {
    const Deadline deadline(Deadline::Clock::now() + time);
    return work_for_event({.repository = shop_.shop().string(), .threads = 1}, event, deadline);
  }

  std::string current() const {
    const auto pointer = Repository::open(shop_.shop()).current("orders");
    return pointer ? pointer->at("run").get<std::string>() : "";
  }

  WaitingWork waiting() const { return waiting_work(Repository::open(shop_.shop()), "orders"); }

  /// In dataset.toml, in place of `from`; at its end where that is nothing.
  void set_settings(const std::string& from, const std::string& to) const {
    const auto file = shop_.shop() / Repository::config_key("orders");
    std::string text = file_bytes(file);
    const std::size_t at = from.empty() ? text.size() : text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    std::ofstream(file) << text.replace(at, from.size(), to);
  }

  SmallShop shop_;
};

TEST_F(LambdaWork, MakesAPublishedForecastOfAnUpload) {
  shop_.put_into_inbox("second.csv", 29, 31);
  const LambdaOutcome outcome = call(named("orders"));
  EXPECT_THAT(outcome.left, IsEmpty());
  ASSERT_FALSE(outcome.reports.empty());
  EXPECT_EQ(outcome.reports.front().inbox->taken, 1U);
  EXPECT_NE(current(), "");
  EXPECT_EQ(waiting().files, 0U);
}

TEST_F(LambdaWork, DoesNothingTwice) {
  shop_.put_into_inbox("second.csv", 29, 31);
  call(named("orders"));
  const std::string first = current();
  EXPECT_THAT(call(named("orders")).reports, IsEmpty());
  shop_.put_into_inbox("again.csv", 29, 31);  // the same content under another name
  EXPECT_THAT(call(named("orders")).left, IsEmpty());
  EXPECT_EQ(current(), first);
}

TEST_F(LambdaWork, CallsAtOnceMakeOneRun) {
  shop_.put_into_inbox("second.csv", 29, 31);
  std::vector<LambdaOutcome> outcomes(4);
  {
    std::vector<std::jthread> calls;
    for (LambdaOutcome& outcome : outcomes) {
      calls.emplace_back([&] { outcome = call(named("orders")); });
    }
  }
  std::size_t taken = 0;
  for (const LambdaOutcome& outcome : outcomes) {
    EXPECT_THAT(outcome.left, IsEmpty());
    for (const WorkReport& report : outcome.reports) taken += report.inbox->taken;
  }
  EXPECT_EQ(taken, 1U);
}

TEST_F(LambdaWork, FindsAllThatWaitsWhereAScheduleAsks) {
  shop_.put_into_inbox("second.csv", 29, 31);
  EXPECT_THAT(call({.all = true}).left, IsEmpty());
  EXPECT_NE(current(), "");
}

TEST_F(LambdaWork, ASchedulesCallFiresTheSchedulesOfDataSets) {
  const std::string first = shop_.run().run;
  set_settings("schedule = \"\"", "schedule = \"0 6 * * *\"");
  EXPECT_THAT(call({.all = true}).notes, IsEmpty());  // a new schedule begins now
  EXPECT_EQ(current(), first);
  Repository repository = Repository::open(shop_.shop());
  json state = repository.read_json("work/orders/schedule.json");
  state["last"] = "2020-06-01 00:00:00Z";
  repository.write_json("work/orders/schedule.json", state);
  EXPECT_THAT(call(named("tea")).reports, IsEmpty());
  EXPECT_EQ(current(), first) << "events of uploads look at no schedule";
  EXPECT_THAT(call({.all = true}).left, IsEmpty());
  EXPECT_NE(current(), first);
  set_settings("schedule = \"0 6 * * *\"", "schedule = 7");
  EXPECT_THAT(call({.all = true}).notes, Contains(Key("orders")));
}

TEST_F(LambdaWork, ASchedulesCallLooksAtAlertsOfIdleDataSets) {
  set_settings("", "\n[[alert]]\nkind = \"no_data\"\nbuckets = 2\n");
  shop_.put_into_inbox("second.csv", 29, 31);
  call(named("orders"));
  Repository repository = Repository::open(shop_.shop());
  json state = repository.read_json("work/orders/alerts.json");
  ASSERT_FALSE(state["active"].empty()) << "the orders are years old";
  state["active"] = json::array();  // as if the time had just come
  state["no_data_due"] = "2023-02-03 00:00:00Z";
  repository.write_json("work/orders/alerts.json", state);
  EXPECT_THAT(call(named("orders")).alerts, IsEmpty());
  const LambdaOutcome outcome = call({.all = true});
  ASSERT_THAT(outcome.alerts, Contains(Key("orders")));
  EXPECT_EQ(outcome.alerts.at("orders").changes.size(), 1U);
  EXPECT_EQ(answer_of({.all = true}, outcome)["alert_changes"].size(), 1U);
}

TEST_F(LambdaWork, LeavesWhatItHasNoTimeFor) {
  shop_.put_into_inbox("second.csv", 29, 31);
  const LambdaOutcome outcome = call(named("orders"), milliseconds(0));
  EXPECT_THAT(outcome.left, Contains(Key("orders")));
  EXPECT_EQ(current(), "");
  EXPECT_EQ(waiting().files, 1U);
  EXPECT_EQ(waiting().failed, false);
  EXPECT_THAT(call(named("orders")).left, IsEmpty());
  EXPECT_NE(current(), "");
}

/// Wherever the deadline falls, nothing is lost, counted twice or taken for a failure.
TEST_F(LambdaWork, StopsAnywhereAndGoesOn) {
  const std::string before = shop_.run().run;
  shop_.put_into_inbox("second.csv", 29, 31);
  int stops = 0;
  for (int time = 2; current() == before; time += 7) {
    ASSERT_LT(time, 10'000);
    const LambdaOutcome outcome = call(named("orders"), milliseconds(time));
    stops += static_cast<int>(outcome.resume.size());
    EXPECT_FALSE(waiting().failed);
  }
  EXPECT_GT(stops, 0);
  EXPECT_THAT(call(named("orders")).left, IsEmpty());
  EXPECT_FALSE(resume_token(Repository::open(shop_.shop()), "orders"));
}

TEST_F(LambdaWork, TellsAQueueWhatIsNotDone) {
  shop_.put_into_inbox("second.csv", 29, 31);
  const LambdaEvent event{.from_queue = true,
                          .messages = {{.id = "a", .datasets = {"orders"}},
                                       {.id = "b", .trouble = "no JSON"},
                                       {.id = "c", .datasets = {"tea"}}}};
  const LambdaOutcome outcome = call(event, milliseconds(0));
  const json answer = answer_of(event, outcome);
  EXPECT_EQ(answer["batchItemFailures"], json({{{"itemIdentifier", "a"}}}));
  EXPECT_EQ(failure_of(event, outcome), "");
  EXPECT_EQ(answer_of(event, call(event))["batchItemFailures"], json::array());
}

TEST_F(LambdaWork, FailsWhereNobodyElseWouldTryAgain) {
  std::ofstream(shop_.shop() / Repository::config_key("orders"), std::ios::app) << "\nbroken = [\n";
  shop_.put_into_inbox("second.csv", 29, 31);
  const LambdaEvent event = named("orders");
  const LambdaOutcome outcome = call(event);
  EXPECT_THAT(failure_of(event, outcome), HasSubstr("orders: "));
  EXPECT_TRUE(waiting().failed);
}

}  // namespace
}  // namespace forecart
