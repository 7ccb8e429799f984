#include "services/sns.h"

#include "services/test_aws.h"

#include <gmock/gmock.h>

namespace forecart {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

constexpr const char* kTopic = "arn:aws:sns:eu-west-1:123456789012:alerts";

TEST(Sns, PublishesSignedForTheRegionOfTheTopic) {
  const AnsweringServer server(
      {answer(200,
              "<PublishResponse xmlns='http://sns.amazonaws.com/doc/2010-03-31/'>"
              "<PublishResult><MessageId>m-1</MessageId></PublishResult></PublishResponse>")});
  SnsTopic topic(kTopic, access_to(server.url()));
  EXPECT_EQ(topic.publish({"two\nlines", "a & b"}), "m-1");
  const TestRequest asked = server.asked().front();
  EXPECT_EQ(asked.body,
            "Action=Publish&Message=a%20%26%20b&Subject=two%3Flines&TopicArn="
            "arn%3Aaws%3Asns%3Aeu-west-1%3A123456789012%3Aalerts&Version=2010-03-31");
  EXPECT_THAT(asked.header("authorization"), HasSubstr("/eu-west-1/sns/aws4_request"));
}

TEST(Sns, TellsWhyItWasNotTaken) {
  const AnsweringServer server(
      {answer(403,
              "<ErrorResponse><Error><Code>AuthorizationError</Code>"
              "<Message>shop@example.com</Message></Error></ErrorResponse>")});
  EXPECT_THROW(SnsTopic("alerts", access_to(server.url())), Error);
  SnsTopic topic(kTopic, access_to(server.url()));
  const AwsError error = aws_error_of([&] { topic.publish({"", "shop@example.com"}); });
  EXPECT_STREQ(error.what(),
               "sns Publish: status 403, AuthorizationError; check the credentials and their "
               "rights");
  EXPECT_EQ(server.asked().size(), 1U);
}

}  // namespace
}  // namespace forecart
