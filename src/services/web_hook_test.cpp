#include "services/web_hook.h"

#include "base/error.h"
#include "net/test_server.h"

#include <gmock/gmock.h>

#include <mutex>
#include <vector>

namespace forecart {
namespace {

/// Answers with the statuses given, one after the other, then 200; keeps what it got.
class Hook {
 public:
  explicit Hook(std::vector<int> statuses) : statuses_(std::move(statuses)) {}

  std::string address() const { return server_.url() + "/hook?key=secret-query"; }
  const std::vector<TestRequest>& got() const { return got_; }

 private:
  TestAnswer take(const TestRequest& request) {
    const std::lock_guard lock(mutex_);
    got_.push_back(request);
    const std::size_t number = got_.size() - 1;
    return answer(number < statuses_.size() ? statuses_[number] : 200, "");
  }

  std::vector<int> statuses_;
  std::mutex mutex_;
  std::vector<TestRequest> got_;
  TestServer server_{[this](const TestRequest& request) { return take(request); }};
};

std::string failure_of(const WebHook& hook) {
  try {
    HttpClient http;
    post_web_hook(http, hook, "{}");
  } catch (const Error& error) {
    return std::string(to_string(error.code())) + ": " + error.what();
  }
  return "";
}

TEST(WebHook, PostsSignedJson) {
  const Hook hook({});
  EXPECT_EQ(failure_of({hook.address(), "key"}), "");
  ASSERT_EQ(hook.got().size(), 1U);
  const TestRequest& request = hook.got().front();
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.body, "{}");
  EXPECT_EQ(request.header("content-type"), "application/json");
  const std::string signature = request.header("x-forecart-signature");
  const auto seconds = std::stoll(signature.substr(2));
  EXPECT_EQ(signature, web_hook_signature("key", seconds, "{}"));
}

TEST(WebHook, SignatureIsHmacOfTimeAndBody) {
  // printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac key
  EXPECT_EQ(web_hook_signature("key", 1700000000, R"({"a":1})"),
            "t=1700000000,v1=a438e398bfafc57e4396bb7fc2304422f0f768e965d073ca313cb52e22e6ad03");
}

TEST(WebHook, TriesAgainWhatMayPass) {
  const Hook passing({503, 429});
  EXPECT_EQ(failure_of({passing.address(), ""}), "");
  EXPECT_EQ(passing.got().size(), 3U);
  EXPECT_EQ(passing.got().front().header("x-forecart-signature"), "");
  const Hook lasting({500, 500, 500, 500});
  EXPECT_THAT(failure_of({lasting.address(), ""}), testing::HasSubstr("answer 500"));
  EXPECT_EQ(lasting.got().size(), 3U);
}

TEST(WebHook, GivesUpWhereItIsRefused) {
  const Hook hook({403});
  const std::string failure = failure_of({hook.address(), "key"});
  EXPECT_THAT(failure, testing::StartsWith("unavailable: "));
  EXPECT_THAT(failure, testing::Not(testing::HasSubstr("secret-query")));
  EXPECT_EQ(hook.got().size(), 1U);
}

TEST(WebHook, FollowsNoRedirectAndAsksForHttps) {
  EXPECT_THAT(failure_of({"http://hooks.example.org/", ""}), testing::HasSubstr("https"));
  const Hook hook({302});
  EXPECT_THAT(failure_of({hook.address(), ""}), testing::HasSubstr("answer 302"));
}

}  // namespace
}  // namespace forecart
