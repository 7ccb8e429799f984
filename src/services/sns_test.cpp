#include "services/sns.h"

#include "base/error.h"
#include "net/test_server.h"

#include <gmock/gmock.h>

#include <map>

namespace forecart {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kTopic = "arn:aws:sns:eu-central-1:123456789012:alerts";

/// What a topic at `server` says to a message; "" where it takes it.
std::string failure_of(const TestServer& server, const SnsMessage& message) {
  const std::map<std::string, std::string> values{{"AWS_ENDPOINT_URL_SNS", server.url()},
                                                  {"AWS_ACCESS_KEY_ID", "AKID"},
                                                  {"AWS_SECRET_ACCESS_KEY", "secret"}};
  const Environment environment = [&](const std::string& name) -> std::optional<std::string> {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  };
  const auto credentials = default_credentials(environment);
  HttpClient http;
  try {
    publish(http, *credentials, environment, message);
  } catch (const Error& error) {
    return std::string(to_string(error.code())) + ": " + error.what();
  }
  return "";
}

TEST(Sns, PublishesSignedForTheRegionOfTheTopic) {
  TestRequest got;
  const TestServer server([&](const TestRequest& request) {
    got = request;
    return answer(200, "<PublishResponse/>");
  });
  EXPECT_EQ(failure_of(server, {kTopic, "two\nlines", "a & b"}), "");
  EXPECT_EQ(got.body,
            "Action=Publish&Message=a%20%26%20b&Subject=two%3Flines&TopicArn="
            "arn%3Aaws%3Asns%3Aeu-central-1%3A123456789012%3Aalerts&Version=2010-03-31");
  EXPECT_THAT(got.header("authorization"), HasSubstr("/eu-central-1/sns/aws4_request"));
}

TEST(Sns, TellsWhyItWasNotTaken) {
  const TestServer server([](const TestRequest&) { return answer(403, "<Error/>"); });
  EXPECT_EQ(failure_of(server, {"alerts", "", ""}).substr(0, 13), "invalid_value");
  EXPECT_THAT(failure_of(server, {kTopic, "", ""}), StartsWith("unavailable: SNS at 127.0.0.1"));
  EXPECT_EQ(server.connections(), 1);
}

}  // namespace
}  // namespace forecart
