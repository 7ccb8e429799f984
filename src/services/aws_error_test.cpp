#include "services/aws_error.h"

#include "services/aws_services.h"

#include <gmock/gmock.h>

namespace forecart {
namespace {

using testing::HasSubstr;
using testing::Not;

HttpResponse response(int status, const std::string& body, const NamedValues& headers = {}) {
  HttpResponse response;
  response.status = status;
  response.headers = headers;
  response.body = body;
  return response;
}

TEST(AwsError, ReadsTheCodeInEveryProtocol) {
  const auto code = [](const std::string& body, const NamedValues& headers = {}) {
    return parse_aws_refusal(response(400, body, headers)).code;
  };
  EXPECT_EQ(code(R"({"__type":"ResourceInUse"})"), "ResourceInUse");
  EXPECT_EQ(code(R"({"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"m"})"),
            "QueueDoesNotExist");
  EXPECT_EQ(code(R"({"code":"ThrottlingException"})"), "ThrottlingException");
  EXPECT_EQ(code(R"({"Code":"X"})"), "X");
  EXPECT_EQ(code("{}", {{"x-amzn-errortype", "ConflictException:http://internal/"}}),
            "ConflictException");
  EXPECT_EQ(code("<ErrorResponse><Error><Type>Sender</Type><Code>InvalidParameter</Code>"
                 "<Message>m</Message></Error></ErrorResponse>"),
            "InvalidParameter");
  EXPECT_EQ(code("<Response><Errors><Error><Code>Throttling</Code></Error></Errors></Response>"),
            "Throttling");
  EXPECT_EQ(code("<Error><Code>SlowDown</Code></Error>"), "SlowDown");
  for (const char* nonsense : {"", "[]", "{", "<", "<a>", "null", R"({"__type":5})",
                               R"({"__type":"a b\n"})", "<Error><Code>a\nb</Code></Error>"}) {
    EXPECT_EQ(code(nonsense), "") << nonsense;
  }
}

TEST(AwsError, TellsWhatMayBeTold) {
  const std::string body = R"({"__type":"AccessDeniedException","Message":"no\nright ü"})";
  const AwsError told(kSageMaker, "CreateModel",
                      response(403, body, {{"x-amzn-requestid", "1b-2c"}}));
  EXPECT_STREQ(told.what(),
               "sagemaker CreateModel: status 403, AccessDeniedException, request 1b-2c: no?right "
               "??; check the credentials and their rights");
  EXPECT_EQ(told.code(), ErrorCode::unreadable);
  const AwsError hushed(kSecretsManager, "GetSecretValue", response(403, body));
  EXPECT_THAT(hushed.what(), Not(HasSubstr("right ")));
  // what services say about signatures repeats all headers, the session token among them
  const AwsError signature(kSageMaker, "X",
                           response(403, R"({"__type":"InvalidSignatureException","message":)"
                                         R"("x-amz-security-token:TOKEN"})"));
  EXPECT_THAT(signature.what(), Not(HasSubstr("TOKEN")));
  const AwsError endless(
      kSageMaker, "X",
      response(400, R"({"__type":"X","message":")" + std::string(5000, 'm') + "\"}"));
  EXPECT_LE(std::string(endless.what()).size(), 400U);
}

TEST(AwsError, IsOfAKindThatCallersKnow) {
  const auto kind = [](int status, const std::string& code) {
    return AwsError(kSqs, "X", response(status, R"({"__type":")" + code + "\"}")).code();
  };
  EXPECT_EQ(kind(400, "ResourceNotFoundException"), ErrorCode::not_found);
  EXPECT_EQ(kind(400, "AWS.SimpleQueueService.NonExistentQueue"), ErrorCode::not_found);
  EXPECT_EQ(kind(404, ""), ErrorCode::not_found);
  EXPECT_EQ(kind(400, "ResourceInUse"), ErrorCode::conflict);
  EXPECT_EQ(kind(409, "ResourceExistsException"), ErrorCode::conflict);
  EXPECT_EQ(kind(400, "ResourceLimitExceeded"), ErrorCode::no_space);
  EXPECT_EQ(kind(400, "ValidationException"), ErrorCode::invalid_value);
  EXPECT_EQ(kind(400, "ThrottlingException"), ErrorCode::unavailable);
  EXPECT_EQ(kind(500, ""), ErrorCode::unavailable);
  EXPECT_EQ(kind(403, "AccessDenied"), ErrorCode::unreadable);
  HttpResponse cut;
  cut.failure = "h: connection refused";
  EXPECT_EQ(AwsError(kSqs, "X", cut).code(), ErrorCode::unavailable);
  EXPECT_EQ(AwsError(kSqs, "X", cut).status(), 0);
}

}  // namespace
}  // namespace forecart
