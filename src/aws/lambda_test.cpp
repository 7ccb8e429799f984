#include "aws/lambda.h"

#include "base/error.h"
#include "net/test_server.h"
#include "pipeline/small_shop.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <mutex>
#include <sstream>

namespace forecart {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

/// The other side of the Runtime API: gives its calls in order, and keeps what it is told of them.
class FakeRuntime {
 public:
  struct Told {
    std::string path;
    std::string body;
    std::string error_type;
  };

  explicit FakeRuntime(std::vector<std::string> events)
      : events_(std::move(events)),
        server_([this](const TestRequest& request) { return answered(request); }) {}

  std::string address() const { return server_.url().substr(std::string("http://").size()); }
  std::size_t size() const { return events_.size(); }
  std::vector<Told> told() {
    const std::scoped_lock lock(mutex_);
    return told_;
  }

 private:
  TestAnswer answered(const TestRequest& request) {
    const std::scoped_lock lock(mutex_);
    if (request.method == "POST") {
      told_.push_back(
          {request.target, request.body, request.header("lambda-runtime-function-error-type")});
      return answer(202, R"({"status":"OK"})");
    }
    if (request.target != "/2018-06-01/runtime/invocation/next") return answer(404, "");
    const auto end = std::chrono::system_clock::now().time_since_epoch() + std::chrono::minutes(2);
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(end).count();
    const std::string id = fmt::format("call-{}", given_);
    return answer(200, events_.at(given_++),
                  {{"Lambda-Runtime-Aws-Request-Id", id},
                   {"Lambda-Runtime-Deadline-Ms", std::to_string(ms)},
                   {"Lambda-Runtime-Trace-Id", "Root=1-5759e988-bd862e3fe1be46a994272793"}});
  }

  std::mutex mutex_;
  std::vector<std::string> events_;
  std::size_t given_ = 0;
  std::vector<Told> told_;
  TestServer server_;
};

class Lambda : public testing::Test {
 protected:
  /// Answers all calls of a runtime; the log.
  std::string answer_all(FakeRuntime& runtime, const std::string& repository) const {
    std::ostringstream lines;
    Log log({.format = LogFormat::json}, lines);
    serve_lambda({.repository = repository, .threads = 1},
                 {.address = runtime.address(),
                  .margin = std::chrono::seconds(1),
                  .most_calls = runtime.size(),
                  .metrics = {.out = &metrics_}},
                 log);
    return lines.str();
  }

  /// Values of a metric that were told by these dimensions.
  std::vector<json> told(const std::string& name, const json& dimensions) const {
    std::vector<json> values;
    std::istringstream lines(metrics_.str());
    for (std::string line; std::getline(lines, line);) {
      const json one = json::parse(line);
      for (const json& directive : one["_aws"]["CloudWatchMetrics"]) {
        if (directive["Dimensions"][0] != dimensions) continue;
        for (const json& metric : directive["Metrics"]) {
          if (metric["Name"] == name) values.push_back(one.at(name));
        }
      }
    }
    return values;
  }

  SmallShop shop_;
  mutable std::ostringstream metrics_;
};

TEST_F(Lambda, AnswersCallsOneAfterTheOther) {
  shop_.put_into_inbox("second.csv", 29, 31);
  FakeRuntime runtime({R"({"dataset":"orders"})", R"({"dataset":null})"});
  const std::string log = answer_all(runtime, shop_.shop());
  const auto told = runtime.told();
  ASSERT_THAT(told, SizeIs(2));
  EXPECT_EQ(told[0].path, "/2018-06-01/runtime/invocation/call-0/response");
  EXPECT_EQ(json::parse(told[0].body)["datasets"][0]["inbox"]["taken"], 1);
  EXPECT_EQ(json::parse(told[1].body)["datasets"], json::array());
  EXPECT_THAT(log, HasSubstr("Root=1-5759e988-bd862e3fe1be46a994272793"));
}

TEST_F(Lambda, TellsItsMetricsWithTheTrace) {
  shop_.put_into_inbox("second.csv", 29, 31);
  FakeRuntime runtime({R"({"dataset":"orders"})", R"({"dataset":null})", R"({"dataset":"other"})"});
  const std::string log = answer_all(runtime, shop_.shop());
  EXPECT_THAT(log, testing::Not(HasSubstr("metrics not told")));
  const json none = json::array();
  EXPECT_THAT(told("forecart_files_taken_total", none), testing::ElementsAre(1));
  EXPECT_THAT(told("forecart_runs_total", {"status"}), testing::ElementsAre(1));
  EXPECT_THAT(told("forecart_run_cost_total", {"platform"}), SizeIs(testing::Ge(2U)));
  // the second call, which found nothing to do, tells how old the forecasts are all the same
  EXPECT_THAT(told("forecart_forecast_age_seconds", none), SizeIs(2));
  EXPECT_THAT(told("forecart_coverage_ratio", {"level"}), SizeIs(4));
  EXPECT_THAT(metrics_.str(), HasSubstr(R"("trace":"Root=1-5759e988-bd862e3fe1be46a994272793")"));
}

TEST_F(Lambda, ACallThatFailsEndsNothing) {
  FakeRuntime runtime({"no JSON", R"({"dataset":"orders"})"});
  const std::string log = answer_all(runtime, shop_.shop());
  const auto told = runtime.told();
  ASSERT_THAT(told, SizeIs(2));
  EXPECT_EQ(told[0].path, "/2018-06-01/runtime/invocation/call-0/error");
  EXPECT_EQ(told[0].error_type, "bad_data");
  EXPECT_THAT(json::parse(told[0].body)["errorMessage"].get<std::string>(), Not(IsEmpty()));
  EXPECT_EQ(told[1].path, "/2018-06-01/runtime/invocation/call-1/response");
}

TEST_F(Lambda, TellsThatItCannotStart) {
  FakeRuntime runtime({});
  EXPECT_THROW(answer_all(runtime, shop_.beside("nothing")), Error);
  const auto told = runtime.told();
  ASSERT_THAT(told, SizeIs(1));
  EXPECT_EQ(told[0].path, "/2018-06-01/runtime/init/error");
}

TEST_F(Lambda, RefusesToRunElsewhere) {
  std::ostringstream lines;
  Log log({}, lines);
  try {
    serve_lambda({.repository = shop_.shop()}, {.address = ""}, log);
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::invalid_value);
    EXPECT_THAT(error.what(), HasSubstr("AWS_LAMBDA_RUNTIME_API"));
  }
}

}  // namespace
}  // namespace forecart
