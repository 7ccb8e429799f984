#include "aws/step_event.h"

#include "base/error.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace forecart {
namespace {

using nlohmann::json;

TEST(StepEvent, NamesWhatItNeeds) {
  EXPECT_EQ(parse_step({{"step", "ingest"}, {"dataset", "orders"}}).step, Step::ingest);
  const StepEvent train =
      parse_step({{"step", "train"}, {"dataset", "orders"}, {"plan", "p-1"}, {"shard", "2/3"}});
  EXPECT_EQ(train.plan, "p-1");
  EXPECT_EQ(train.shard->text(), "2/3");
}

TEST(StepEvent, OfAFailureTellsWhatWasThrown) {
  const StepEvent fail = parse_step({{"step", "fail"},
                                     {"dataset", "orders"},
                                     {"error", "bad_data"},
                                     {"cause", R"({"errorType":"bad_data","errorMessage":"why"})"},
                                     {"since", "2026-04-12T08:30:15.123Z"}});
  EXPECT_EQ(fail.code, "bad_data");
  EXPECT_EQ(fail.message, "why");
  EXPECT_GT(fail.since, Instant{});
  const StepEvent job = parse_step(
      {{"step", "fail"},
       {"dataset", "orders"},
       {"error", "States.TaskFailed"},
       {"cause",
        R"({"ProcessingJobName":"j","Environment":{},"ExitMessage":"plan p [bad_data]"})"}});
  EXPECT_EQ(job.message, "plan p [bad_data]");
}

TEST(StepEvent, IsRefusedWhereSomethingIsMissingOrLeadsElsewhere) {
  for (const json& wrong : std::vector<json>{
           {{"step", "ingest"}},
           {{"step", "ingest"}, {"dataset", "../x"}},
           {{"step", "dance"}, {"dataset", "orders"}},
           {{"step", 1}, {"dataset", "orders"}},
           {{"step", "publish"}, {"dataset", "orders"}},
           {{"step", "publish"}, {"dataset", "orders"}, {"plan", "../../runs"}},
           {{"step", "train"}, {"dataset", "orders"}, {"plan", "p"}},
           {{"step", "train"}, {"dataset", "orders"}, {"plan", "p"}, {"shard", "4/3"}},
           {{"step", "fail"}, {"dataset", "orders"}}}) {
    EXPECT_THROW(parse_step(wrong), Error) << wrong;
  }
}

}  // namespace
}  // namespace forecart
