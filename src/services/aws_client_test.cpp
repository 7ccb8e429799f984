#include "services/aws_client.h"

#include "services/aws_pages.h"
#include "services/aws_services.h"
#include "services/test_aws.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>

namespace forecart {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

const AwsPatience kShort{.deadline = milliseconds(300), .answer_time = milliseconds(2000)};

/// An answer as a JSON service refuses.
TestAnswer refusal(int status, const std::string& code, const std::string& message = "",
                   const NamedValues& headers = {}) {
  return answer(status, json{{"__type", "com.amazon.x#" + code}, {"message", message}}.dump(),
                headers);
}

TEST(AwsClient, SignsACallOfJson) {
  const AnsweringServer server({answer(200, R"({"A":1})")});
  AwsClient client(kSageMaker, access_to(server.url() + "/below"));
  EXPECT_EQ(client.call("ListThings", {{"B", "ü"}}), json({{"A", 1}}));
  const TestRequest asked = server.asked().front();
  EXPECT_EQ(asked.method, "POST");
  EXPECT_EQ(asked.target, "/below/");
  EXPECT_EQ(asked.body, R"({"B":"ü"})");
  EXPECT_EQ(asked.header("content-type"), "application/x-amz-json-1.1");
  EXPECT_EQ(asked.header("x-amz-target"), "SageMaker.ListThings");
  EXPECT_THAT(asked.header("authorization"),
              HasSubstr("/eu-central-1/sagemaker/aws4_request, "
                        "SignedHeaders=content-type;host;x-amz-date;x-amz-target"));
}

TEST(AwsClient, SendsFormsAndReadsXml) {
  const AnsweringServer server({answer(200, "<R><S><T>x &amp; y</T></S></R>")});
  AwsClient client(kSns, access_to(server.url()));
  const std::string xml = client.call_form("Publish", {{"Message", "a & b"}});
  EXPECT_EQ(xml_text(xml, "R/S/T"), "x & y");
  EXPECT_EQ(xml_text(xml, "R/X"), "");
  EXPECT_EQ(server.asked().front().body, "Action=Publish&Message=a%20%26%20b&Version=2010-03-31");
}

TEST(AwsClient, TriesAgainWhatMayPass) {
  const std::vector<TestAnswer> troubles{
      refusal(400, "ThrottlingException"),
      refusal(400, "ProvisionedThroughputExceededException"),
      refusal(400, "RequestLimitExceeded"),
      answer(503, "<html>no JSON</html>"),
      answer(500, ""),
      answer(429, ""),
      {.bytes = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{", .cut = true},
      {.bytes = "", .cut = true},
  };
  for (const TestAnswer& trouble : troubles) {
    const AnsweringServer server({trouble, trouble, answer(200, "{}")});
    AwsClient client(kLogs, access_to(server.url()));
    EXPECT_EQ(client.call("X", json::object()), json::object()) << trouble.bytes;
    EXPECT_EQ(server.asked().size(), 3U);
  }
}

TEST(AwsClient, GivesUpAtItsDeadline) {
  const AnsweringServer server({refusal(400, "ThrottlingException", "Rate exceeded")});
  AwsClient client(kSageMaker, access_to(server.url()));
  const auto begun = std::chrono::steady_clock::now();
  const AwsError error = aws_error_of([&] { client.call("X", json::object(), kShort); });
  EXPECT_LE(std::chrono::steady_clock::now() - begun, milliseconds(1500));
  EXPECT_EQ(error.code(), ErrorCode::unavailable);
  EXPECT_EQ(error.aws_code(), "ThrottlingException");
  EXPECT_EQ(error.status(), 400);
  EXPECT_GE(server.asked().size(), 2U);
}

TEST(AwsClient, NeverAsksTwiceWhatIsRefused) {
  const AnsweringServer server({refusal(400, "ResourceInUse", "there is one")});
  AwsClient client(kSageMaker, access_to(server.url()));
  const AwsError error = aws_error_of([&] { client.call("CreateTrainingJob", json::object()); });
  EXPECT_EQ(error.code(), ErrorCode::conflict);
  EXPECT_EQ(error.aws_code(), "ResourceInUse");
  EXPECT_STREQ(error.what(),
               "sagemaker CreateTrainingJob: status 400, ResourceInUse: there is one");
  EXPECT_EQ(server.asked().size(), 1U);
}

TEST(AwsClient, WaitsAsLongAsTheServerAsks) {
  const NamedValues later{{"retry-after", "1"}};
  const AnsweringServer server({answer(503, "", later), answer(200, "{}")});
  AwsClient client(kLogs, access_to(server.url()));
  const auto begun = std::chrono::steady_clock::now();
  client.call("X", json::object());
  EXPECT_GE(std::chrono::steady_clock::now() - begun, milliseconds(1000));
  const AnsweringServer never({answer(503, "", {{"retry-after", "99999999999"}})});
  AwsClient other(kLogs, access_to(never.url()));
  EXPECT_EQ(aws_error_of([&] { other.call("X", json::object()); }).status(), 503);
  EXPECT_EQ(never.asked().size(), 1U);
}

TEST(AwsClient, EndsWhereItIsAskedTo) {
  const AnsweringServer server({answer(503, "", {{"retry-after", "20"}})});
  AwsClient client(kLogs, access_to(server.url()));
  std::stop_source stop;
  std::jthread asking([&] {
    std::this_thread::sleep_for(milliseconds(50));
    stop.request_stop();
  });
  const auto begun = std::chrono::steady_clock::now();
  const AwsPatience patience{.stop = stop.get_token()};
  EXPECT_EQ(aws_error_of([&] { client.call("X", json::object(), patience); }).status(), 503);
  EXPECT_LE(std::chrono::steady_clock::now() - begun, milliseconds(5000));
}

TEST(AwsClient, FollowsTheClockOfTheServerOnce) {
  const NamedValues date{{"date", "Wed, 21 Oct 2015 07:28:00 GMT"}};
  const AnsweringServer server(
      {refusal(400, "InvalidSignatureException", "", date), answer(200, "{}", date)});
  AwsClient client(kLogs, access_to(server.url()));
  client.call("X", json::object());
  EXPECT_THAT(server.asked().back().header("x-amz-date"), HasSubstr("20151021T0728"));
  const AnsweringServer stubborn({refusal(403, "SignatureDoesNotMatch", "", date)});
  AwsClient other(kLogs, access_to(stubborn.url()));
  EXPECT_EQ(aws_error_of([&] { other.call("X", json::object()); }).status(), 403);
  EXPECT_EQ(stubborn.asked().size(), 2U);
}

TEST(AwsClient, LoadsExpiredCredentialsAnewOnce) {
  const AnsweringServer server({refusal(400, "ExpiredTokenException"), answer(200, "{}")});
  AwsAccess access = access_to(server.url());
  access.credentials = listed_credentials({{"OLD", "s", "old", {}}, {"NEW", "s", "new", {}}});
  AwsClient client(kKinesis, access);
  client.call("X", json::object());
  EXPECT_EQ(server.asked()[0].header("x-amz-security-token"), "old");
  EXPECT_EQ(server.asked()[1].header("x-amz-security-token"), "new");
  const AnsweringServer stubborn({refusal(400, "ExpiredTokenException")});
  AwsAccess same = access_to(stubborn.url());
  same.credentials = listed_credentials({{"OLD", "s", "old", {}}});
  AwsClient other(kKinesis, same);
  EXPECT_EQ(aws_error_of([&] { other.call("X", json::object()); }).aws_code(),
            "ExpiredTokenException");
  EXPECT_EQ(stubborn.asked().size(), 2U);
}

TEST(AwsClient, TakesNoAnswerWithoutEndAndNoneThatIsNoObject) {
  const AnsweringServer server({answer(200, std::string(2000, ' '))});
  AwsClient client(kSqs, access_to(server.url()));
  const AwsError longer =
      aws_error_of([&] { client.send({.operation = "X", .most_bytes = 1000}); });
  EXPECT_EQ(longer.code(), ErrorCode::bad_data);
  EXPECT_EQ(aws_error_of([&] { client.call("X", json::object()); }).code(), ErrorCode::bad_data);
  EXPECT_EQ(server.asked().size(), 2U);
}

TEST(AwsClient, NeedsARegion) {
  const AwsAccess nowhere{environment_of({}), listed_credentials({{"A", "s", "", {}}}), ""};
  EXPECT_THROW(AwsClient(kSns, nowhere), Error);
  const AwsAccess somewhere{environment_of({{"AWS_REGION", "eu-west-1"}}), nowhere.credentials, ""};
  EXPECT_EQ(AwsClient(kSns, somewhere).endpoint().host, "sns.eu-west-1.amazonaws.com");
  const AwsAccess own{environment_of({{"AWS_ENDPOINT_URL", "http://h"}}), nowhere.credentials, ""};
  EXPECT_EQ(AwsClient(kSns, own).region(), "us-east-1");
}

TEST(AwsClient, ReadsTheRegionOfAnArn) {
  EXPECT_EQ(region_of_arn("arn:aws:sns:eu-central-1:123456789012:alerts"), "eu-central-1");
  for (const char* text : {"", "arn:", "arn:aws:sns", "arn:aws:sns:eu-central-1", "a:b:c:d:e:f"}) {
    EXPECT_EQ(region_of_arn(text), "") << text;
  }
}

TEST(AwsPages, EndAtTheLastOneAtABoundAndWhereATokenComesAgain) {
  std::vector<std::string> asked;
  const auto pages = [&](std::vector<std::string> tokens) {
    asked.clear();
    return [&asked, tokens](const std::string& token) {
      asked.push_back(token);
      return tokens[std::min(asked.size(), tokens.size()) - 1];
    };
  };
  EXPECT_TRUE(each_page(10, pages({"a", "b", ""})));
  EXPECT_EQ(asked, (std::vector<std::string>{"", "a", "b"}));
  EXPECT_FALSE(each_page(2, pages({"a", "b", ""})));
  EXPECT_EQ(asked.size(), 2U);
  EXPECT_FALSE(each_page(100, pages({"a", "b", "a"})));
  EXPECT_EQ(asked.size(), 3U);
}

}  // namespace
}  // namespace forecart
