#include "aws/sagemaker_serve.h"

#include "table/expect_error.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <map>
#include <string>
#include <utility>

namespace forecart {
namespace {

using nlohmann::json;

constexpr const char* kLine =
    R"({"start": "2024-01-01", "target": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14]})";

using Variables = std::map<std::string, std::string>;

ServingOptions options_of(const Variables& variables) {
  return serving_options(nullptr, [&](const char* name) -> const char* {
    const auto found = variables.find(name);
    return found == variables.end() ? nullptr : found->second.c_str();
  });
}

/// A container whose requests need say nothing but their series.
ServingOptions daily() {
  ServingOptions options = options_of({});
  options.limits.defaults.freq = "D";
  options.limits.defaults.prediction_length = 3;
  options.limits.defaults.model = "Naive";
  return options;
}

Request request_of(std::string method, std::string target, std::string body = {},
                   NamedValues headers = {}) {
  Request request{.method = std::move(method), .target = std::move(target), .headers = {}};
  request.body = std::move(body);
  request.headers = std::move(headers);
  return request;
}

Answer ask(const ServingOptions& options, const Request& request) {
  const SagemakerService service(options);
  auto decision =
      service.decide(request, static_cast<std::int64_t>(request.body.size()), Patience::any);
  if (auto* answer = std::get_if<Answer>(&*decision)) return *answer;
  return *std::get<std::unique_ptr<Task>>(*decision)->answer(request, Patience::any);
}

int status(const Request& request) {
  return ask(daily(), request).status;
}

TEST(SagemakerServe, EnvironmentSaysWhatAContainerTakes) {
  const ServingOptions given = options_of({{"SAGEMAKER_MAX_PAYLOAD_IN_MB", "20"},
                                           {"SAGEMAKER_MAX_CONCURRENT_TRANSFORMS", "3"},
                                           {"DEEPAR_INFERENCE_CONFIG", R"({"num_samples": 7})"}});
  EXPECT_EQ(given.most_bytes, 20 << 20);
  EXPECT_EQ(given.at_once, 3U);
  EXPECT_EQ(given.limits.defaults.num_samples, 7U);
  EXPECT_EQ(given.limits.defaults.output_types, InvocationDefaults().output_types);
}

TEST(SagemakerServe, ZeroAndEmptyLeaveTheDefaults) {
  const ServingOptions given = options_of(
      {{"SAGEMAKER_MAX_PAYLOAD_IN_MB", "0"}, {"SAGEMAKER_MAX_CONCURRENT_TRANSFORMS", ""}});
  EXPECT_EQ(given.most_bytes, ServingOptions().most_bytes);
  EXPECT_GT(given.at_once, 0U);
}

TEST(SagemakerServe, EnvironmentThatMeansNothingIsRefusedByName) {
  for (const char* text : {"-1", "101", "6MB", "99999999999"}) {
    expect_error(ErrorCode::invalid_value, "SAGEMAKER_MAX_PAYLOAD_IN_MB", [&] {
      options_of({{"SAGEMAKER_MAX_PAYLOAD_IN_MB", text}});
    });
  }
  for (const char* text : {"{", "[1]", R"({"num_samples": "many"})"}) {
    expect_error(ErrorCode::invalid_value, "DEEPAR_INFERENCE_CONFIG", [&] {
      options_of({{"DEEPAR_INFERENCE_CONFIG", text}});
    });
  }
}

TEST(SagemakerServe, AnswersWhatItsContractNames) {
  EXPECT_EQ(status(request_of("GET", "/ping")), 200);
  const Answer told = ask(daily(), request_of("GET", "/execution-parameters"));
  EXPECT_EQ(json::parse(told.body).at("MaxPayloadInMB"), 6);
  EXPECT_EQ(status(request_of("POST", "/ping")), 405);
  EXPECT_EQ(status(request_of("GET", "/invocations")), 405);
  EXPECT_EQ(status(request_of("GET", "/etc/passwd")), 404);
}

TEST(SagemakerServe, ForecastsLinesInTheFormatThatIsAccepted) {
  const NamedValues lines{{"content-type", "application/jsonlines; charset=utf-8"}};
  const Answer same = ask(daily(), request_of("POST", "/invocations", kLine, lines));
  ASSERT_EQ(same.status, 200) << same.body;
  EXPECT_EQ(same.type, "application/jsonlines");
  EXPECT_EQ(json::parse(same.body).at("mean"), json({14, 14, 14}));
  NamedValues table = lines;
  table.emplace_back("accept", "image/png, text/csv");
  const Answer csv = ask(daily(), request_of("POST", "/invocations", kLine, table));
  EXPECT_EQ(csv.status, 200) << csv.body;
  EXPECT_EQ(csv.type, "text/csv");
}

TEST(SagemakerServe, RefusesTypesSizesAndBodiesWithTheirStatus) {
  const auto posted = [](const char* type, const char* accept, std::string body) {
    return status(request_of("POST", "/invocations", std::move(body),
                             {{"content-type", type}, {"accept", accept}}));
  };
  EXPECT_EQ(posted("image/png", "", kLine), 415);
  EXPECT_EQ(posted("application/jsonlines", "image/png", kLine), 406);
  EXPECT_EQ(posted("application/jsonlines", "", "{"), 422);
  EXPECT_EQ(posted("application/jsonlines", "", std::string((6 << 20) + 1, ' ')), 413);
  EXPECT_EQ(posted("application/jsonlines", "", R"({"start": "2024-01-01", "target": "x"})"), 400);
}

}  // namespace
}  // namespace forecart
