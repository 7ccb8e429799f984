#include "aws/step.h"

#include "base/error.h"
#include "pipeline/dataset_work.h"
#include "pipeline/small_shop.h"
#include "pipeline/stored_pieces.h"
#include "pipeline/work_queue.h"
#include "store/forwarding_store.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace forecart {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

/// A store that does not give one file.
class RefusingStore final : public ForwardingStore {
 public:
  using ForwardingStore::ForwardingStore;
  std::filesystem::path fetch(std::string_view key) const override {
    if (key.ends_with("bad.csv")) throw Error(ErrorCode::unreadable, "GET bad.csv: refused");
    return inner().fetch(key);
  }
};

class Steps : public testing::Test {
 protected:
  ~Steps() override { Repository::wrap_stores(nullptr); }

  StepOutcome step(StepEvent event) const {
    event.dataset = "orders";
    LambdaOptions options{.repository = shop_.shop().string(), .threads = 1};
    options.job_environment = {{"FORECART_ALERT_SNS_TOPIC", "arn:aws:sns:eu-central-1:1:a"}};
    options.job_instance = "ml.m5.2xlarge";
    const Deadline deadline(Deadline::Clock::now() + std::chrono::minutes(10));
    return do_step(options, event, deadline);
  }
  Repository repository() const { return Repository::open(shop_.shop()); }

  SmallShop shop_;
};

TEST_F(Steps, AFileThatCannotBeReadHoldsUpNoOther) {
  shop_.run();
  shop_.put_into_inbox("good.csv", 29, 31);
  shop_.put_into_inbox("bad.csv", 20, 28);
  Repository::wrap_stores(
      [](auto store) { return std::make_unique<RefusingStore>(std::move(store)); });
  const StepOutcome taken = step({.step = Step::ingest});
  EXPECT_EQ(taken.error, "");
  EXPECT_EQ(taken.answer["files"], 1);
  EXPECT_EQ(taken.answer["failed"], json({{{"file", "bad.csv"}, {"code", "unreadable"}}}));
  const StepOutcome plan = step({.step = Step::plan});
  EXPECT_EQ(plan.answer["nothing"], false);
  const StepOutcome published = step({.step = Step::publish, .plan = plan.answer["plan"]});
  EXPECT_EQ(published.answer["published"], true);
  EXPECT_EQ(last_failure(repository(), "orders")->attempts, 1) << "it waits still";
  EXPECT_EQ(waiting_work(repository(), "orders").files, 1U);
  Repository::wrap_stores(nullptr);
  EXPECT_EQ(step({.step = Step::ingest}).answer["files"], 1);
  EXPECT_EQ(step({.step = Step::plan}).error, "");
}

TEST_F(Steps, APlanSaysWhatJobsAreToKnow) {
  const json plan = step({.step = Step::plan}).answer;
  EXPECT_EQ(plan["instance"], "ml.m5.2xlarge");
  EXPECT_EQ(plan["environment"], json({{"FORECART_ALERT_SNS_TOPIC", "arn:aws:sns:eu-central-1:1:a"},
                                       {"FORECART_REPOSITORY", shop_.shop().string()}}));
}

TEST_F(Steps, ErrorsSayWhatToDoAndNothingOfWhatTheyMet) {
  const auto settings = shop_.shop() / "datasets/orders/dataset.toml";
  std::ofstream(settings, std::ios::app) << "ann_smith = 12\n";
  Repository repository = Repository::open(shop_.shop());
  ask_for_run(repository, "orders", "upload");
  repository.write_json(plan_folder("orders", "p") + "plan.json", json::object());
  shop_.put_into_inbox("second.csv", 29, 31);
  for (const Step one : {Step::plan, Step::ingest, Step::publish, Step::train}) {
    const StepOutcome outcome = step({.step = one, .plan = "p", .shard = Share{1, 1}});
    EXPECT_EQ(outcome.error, "unknown_name");
    EXPECT_THAT(outcome.message, HasSubstr("data set 'orders' [unknown_name]: "));
    EXPECT_THAT(outcome.message, Not(HasSubstr("ann_smith")));
    if (one == Step::plan) {
      EXPECT_THAT(last_failure(repository, "orders")->message, HasSubstr("ann_smith"));
    }
  }
}

TEST_F(Steps, WhatAStepHasKeptAndMaybeGivenUpIsNotKeptAgain) {
  Repository repository = Repository::open(shop_.shop());
  std::ofstream(shop_.shop() / "datasets/orders/dataset.toml", std::ios::app) << "no = 1\n";
  ask_for_run(repository, "orders", "upload");
  for (int i = 1; i < kMostAttempts; ++i) record_failure(repository, "orders", "internal", "why");
  repository.write_json(plan_folder("orders", "p") + "plan.json", json::object());
  const StepOutcome last = step({.step = Step::publish, .plan = "p"});
  ASSERT_FALSE(last_failure(repository, "orders")) << "it was given up";
  const auto kept = [&](const std::string& message) {
    return step({.step = Step::fail, .code = last.error, .message = message}).answer["kept"];
  };
  EXPECT_EQ(kept(json{{"errorMessage", last.message}}.dump()), false);
  EXPECT_FALSE(last_failure(repository, "orders"));
  EXPECT_EQ(kept("the machine has gone"), true);
}

}  // namespace
}  // namespace forecart
