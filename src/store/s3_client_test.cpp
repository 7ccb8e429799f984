#include "store/s3_client.h"

#include "base/durable_file.h"
#include "base/error.h"
#include "net/sigv4.h"
#include "net/test_server.h"
#include "store/s3_store.h"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <map>

namespace forecart {
namespace {

using std::chrono::milliseconds;

/// Gives other credentials each time.
class Numbered final : public CredentialSource {
 public:
  std::string name() const override { return "numbers"; }
  std::optional<Credentials> load() override {
    return Credentials{"KEY" + std::to_string(++loads_), "very secret", "token", {}};
  }

 private:
  int loads_ = 0;
};

std::unique_ptr<CredentialChain> numbered() {
  std::vector<std::unique_ptr<CredentialSource>> sources;
  sources.push_back(std::make_unique<Numbered>());
  return std::make_unique<CredentialChain>(std::move(sources));
}

S3Settings settings_for(const TestServer& server) {
  S3Settings settings;
  settings.endpoint = parse_url(server.url());
  settings.path_style = true;
  settings.deadline = milliseconds(3000);
  return settings;
}

std::string error_body(const std::string& code, const std::string& more = "") {
  return "<?xml version='1.0'?><Error><Code>" + code + "</Code><Message>said so</Message>" + more +
         "</Error>";
}

std::string http_date(std::chrono::seconds from_now) {
  const time_t time = std::time(nullptr) + from_now.count();
  char text[64];
  tm parts{};
  strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&time, &parts));
  return text;
}

TEST(S3Client, FollowsTheBucketToItsRegion) {
  for (const int status : {301, 400}) {
    std::string last;
    const TestServer server([&](const TestRequest& request) {
      last = request.header("authorization");
      if (last.find("/eu-west-3/s3/") != std::string::npos) return answer(200, "here");
      return status == 301 ? answer(301, "", {{"x-amz-bucket-region", "eu-west-3"}})
                           : answer(400, error_body("AuthorizationHeaderMalformed",
                                                    "<Region>eu-west-3</Region>"));
    });
    S3Client client("bucket", settings_for(server), numbered());
    EXPECT_EQ(client.send({.key = "k"}).body, "here");
    EXPECT_EQ(client.send({.key = "k"}).body, "here");
    EXPECT_THROW(client.now(), Error) << "the server tells no time";
  }
}

TEST(S3Client, ARegionThatDoesNotHelpIsAnAnswer) {
  int asked = 0;
  const TestServer server([&](const TestRequest&) {
    ++asked;
    return answer(301, "", {{"x-amz-bucket-region", "eu-west-3"}});
  });
  S3Client client("bucket", settings_for(server), numbered());
  EXPECT_EQ(client.send({.key = "k"}).status, 301);
  EXPECT_EQ(asked, 2);
}

TEST(S3Client, TakesTheServersTimeWhereOursIsWrong) {
  const auto off = std::chrono::hours(-3);
  std::vector<std::string> dates;
  const TestServer server([&](const TestRequest& request) {
    dates.push_back(request.header("x-amz-date"));
    const NamedValues date{{"date", http_date(off)}};
    const std::string hour = amz_date(*parse_http_date(http_date(off))).substr(0, 11);
    return dates.back().starts_with(hour) ? answer(200, "", date)
                                          : answer(403, error_body("RequestTimeTooSkewed"), date);
  });
  S3Client client("bucket", settings_for(server), numbered());
  EXPECT_TRUE(client.send({.key = "k"}).ok());
  EXPECT_TRUE(client.send({.key = "k"}).ok());
  EXPECT_EQ(dates.size(), 3U);
  const auto ours = std::chrono::system_clock::now() + off;
  EXPECT_LE(std::chrono::abs(client.now() - ours), std::chrono::seconds(5));
}

TEST(S3Client, RenewsCredentialsThatHaveExpired) {
  std::vector<std::string> keys;
  const TestServer server([&](const TestRequest& request) {
    const std::string signed_by = request.header("authorization");
    keys.push_back(signed_by.substr(signed_by.find("KEY"), 4));
    EXPECT_EQ(request.header("x-amz-security-token"), "token");
    return keys.back() == "KEY2" ? answer(200, "") : answer(400, error_body("ExpiredToken"));
  });
  S3Client client("bucket", settings_for(server), numbered());
  EXPECT_TRUE(client.send({.key = "k"}).ok());
  EXPECT_EQ(keys, (std::vector<std::string>{"KEY1", "KEY2"}));
}

TEST(S3Client, OutlivesAStormOf503) {
  std::atomic<int> asked{0};
  const TestServer server([&](const TestRequest&) {
    return ++asked <= 4 ? answer(503, error_body("SlowDown")) : answer(200, "at last");
  });
  S3Client client("bucket", settings_for(server), numbered());
  EXPECT_EQ(client.send({.key = "k"}).body, "at last");
  EXPECT_EQ(asked, 5);
}

TEST(S3Client, GivesUpAtTheDeadlineAndKeepsSecrets) {
  std::atomic<int> asked{0};
  const TestServer server([&](const TestRequest&) {
    ++asked;
    return answer(500, error_body("InternalError"));
  });
  S3Settings settings = settings_for(server);
  settings.deadline = milliseconds(400);
  S3Client client("bucket", settings, numbered());
  const auto start = Retry::Clock::now();
  try {
    client.send({.key = "a key"});
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unavailable);
    const std::string message = error.what();
    EXPECT_NE(message.find("s3://bucket/a key"), std::string::npos);
    EXPECT_NE(message.find("InternalError"), std::string::npos);
    for (const auto* secret : {"very secret", "token", "KEY1"}) {
      EXPECT_EQ(message.find(secret), std::string::npos);
    }
  }
  EXPECT_LE(Retry::Clock::now() - start, milliseconds(1500));
  EXPECT_GT(asked, 1);
}

TEST(S3Client, ARefusalIsNotTriedAgain) {
  std::atomic<int> asked{0};
  const TestServer server([&](const TestRequest&) {
    ++asked;
    return answer(403, error_body("AccessDenied"));
  });
  S3Settings settings = settings_for(server);
  S3Client client("bucket", settings, numbered());
  try {
    client.expect({.key = "k"});
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unreadable);
  }
  EXPECT_EQ(asked, 1);
}

TEST(S3Client, ErrorsSayWhatIsWrong) {
  const std::map<std::string, std::pair<int, ErrorCode>> cases{
      {"NoSuchBucket", {404, ErrorCode::not_found}},
      {"QuotaExceeded", {403, ErrorCode::unreadable}},
      {"NotImplemented", {501, ErrorCode::unavailable}},
      {"InsufficientStorage", {507, ErrorCode::no_space}},
      {"Odd", {418, ErrorCode::unreadable}}};
  for (const auto& [code, expected] : cases) {
    const TestServer server(
        [&](const TestRequest&) { return answer(expected.first, error_body(code)); });
    S3Client client("bucket", settings_for(server), numbered());
    try {
      client.expect({.key = "k"});
      ADD_FAILURE() << code;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), expected.second) << code;
    }
  }
}

TEST(S3Client, ASuccessThatTurnsIntoAnErrorIsTriedAgain) {
  std::atomic<int> asked{0};
  const TestServer server([&](const TestRequest&) {
    return answer(200,
                  ++asked == 1 ? error_body("InternalError") : "<CompleteMultipartUploadResult/>");
  });
  S3Client client("bucket", settings_for(server), numbered());
  EXPECT_TRUE(client.send({.method = "POST", .key = "k", .query = {{"uploadId", "1"}}}).ok());
  EXPECT_EQ(asked, 2);
}

TEST(S3Client, AddressesBucketsByHostOrByPath) {
  S3Settings settings;
  settings.region = "eu-central-1";
  const auto address = [&](const std::string& bucket) {
    S3Client client(bucket, settings, numbered());
    const std::string url = client.presigned("a b", std::chrono::seconds(60));
    return url.substr(0, url.find('?'));
  };
  EXPECT_EQ(address("shop"), "https://shop.s3.eu-central-1.amazonaws.com/a%20b");
  EXPECT_EQ(address("my.shop"), "https://s3.eu-central-1.amazonaws.com/my.shop/a%20b");
  settings.region = "cn-north-1";
  EXPECT_EQ(address("shop"), "https://shop.s3.cn-north-1.amazonaws.com.cn/a%20b");
  settings.endpoint = parse_url("http://minio:9000/base");
  EXPECT_EQ(address("shop"), "http://shop.minio:9000/base/a%20b");
  settings.path_style = true;
  EXPECT_EQ(address("shop"), "http://minio:9000/base/shop/a%20b");
}

TEST(S3Store, WritesWithEncryptionAndAMarkAndAHash) {
  std::vector<TestRequest> seen;
  const TestServer server([&](const TestRequest& request) {
    seen.push_back(request);
    return answer(200, "", {{"etag", "\"x\""}});
  });
  S3Settings settings = settings_for(server);
  settings.encryption = "aws:kms";
  settings.kms_key = "arn:aws:kms:x:1:key/2";
  const auto store = open_s3_store("bucket", "pre/fix", settings, numbered());
  store->put("k", "bytes");
  EXPECT_TRUE(store->put_if_absent("k", "bytes"));
  ASSERT_EQ(seen.size(), 2U);
  EXPECT_EQ(seen[0].target, "/bucket/pre/fix/k");
  EXPECT_EQ(seen[0].header("x-amz-server-side-encryption"), "aws:kms");
  EXPECT_EQ(seen[0].header("x-amz-server-side-encryption-aws-kms-key-id"), settings.kms_key);
  EXPECT_EQ(seen[0].header("x-amz-meta-sha256"), seen[0].header("x-amz-content-sha256"));
  EXPECT_NE(seen[0].header("x-amz-meta-writer"), seen[1].header("x-amz-meta-writer"));
  EXPECT_EQ(seen[1].header("if-none-match"), "*");
}

TEST(S3Store, WhatLastsOutlivesIt) {
  const TestServer server([](const TestRequest&) { return answer(200, ""); });
  const auto work = std::filesystem::temp_directory_path() / ("lasting-" + process_name());
  S3Settings settings = settings_for(server);
  settings.work = work.string();
  const auto open = [&](const char* prefix) {
    return open_s3_store("bucket", prefix, settings, numbered());
  };
  const std::filesystem::path lasting = open("a")->lasting_folder();
  std::filesystem::create_directories(lasting);
  EXPECT_EQ(open("a")->lasting_folder(), lasting);
  EXPECT_NE(open("b")->lasting_folder(), lasting);
  EXPECT_TRUE(std::filesystem::exists(lasting)) << "though another store was opened";
  std::filesystem::remove_all(work);
}

TEST(S3Store, FindsDamage) {
  const TestServer server([](const TestRequest&) {
    return answer(200, "damaged", {{"etag", "\"x\""}, {"x-amz-meta-sha256", "0000"}});
  });
  const auto store = open_s3_store("bucket", "", settings_for(server), numbered());
  for (const auto& call : std::vector<std::function<void()>>{
           [&] { store->get("k"); }, [&] { store->read("k"); }, [&] { store->fetch("k"); }}) {
    try {
      call();
      ADD_FAILURE();
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), ErrorCode::bad_data);
    }
  }
}

TEST(S3Store, TriesBothFormsOfATagAndKeepsTheOneThatWorks) {
  for (const std::string wanted : {"\"tag\"", "tag"}) {
    std::vector<std::string> forms;
    const TestServer server([&](const TestRequest& request) {
      if (request.method == "HEAD") return answer(200, "");
      forms.push_back(request.header("if-match"));
      return answer(forms.back() == wanted ? 200 : 412, "");
    });
    const auto store = open_s3_store("bucket", "", settings_for(server), numbered());
    EXPECT_TRUE(store->put_if_match("k", "1", "tag"));
    EXPECT_TRUE(store->put_if_match("k", "1", "tag"));
    EXPECT_EQ(forms.size(), wanted == "tag" ? 3U : 2U);
    EXPECT_FALSE(store->put_if_match("k", "1", "other"));
    EXPECT_EQ(forms.back(), wanted == "tag" ? "other" : "\"other\"");
  }
}

TEST(S3Store, AStoreWithoutConditionalWritesSaysSo) {
  const TestServer server(
      [](const TestRequest&) { return answer(501, error_body("NotImplemented")); });
  const auto store = open_s3_store("bucket", "", settings_for(server), numbered());
  try {
    store->put_if_absent("k", "1");
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unavailable);
  }
}

TEST(S3Store, ReadsWhatOthersWroteAndPassesOverFolders) {
  const TestServer server([](const TestRequest& request) {
    if (request.target == "/bucket/a//b") return answer(200, "odd");
    return answer(
        200,
        "<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>"
        "<Contents><Key>a/</Key><Size>0</Size><LastModified>2026-01-01T00:00:00.000Z"
        "</LastModified></Contents><Contents><Key>a//b+c%2Bd</Key><Size>3</Size>"
        "<ETag>&quot;e&quot;</ETag><LastModified>2026-01-01T00:00:00.000Z</LastModified>"
        "</Contents></ListBucketResult>");
  });
  const auto store = open_s3_store("bucket", "", settings_for(server), numbered());
  EXPECT_EQ(store->list("a/"), std::vector<std::string>{"a//b c+d"});
  EXPECT_EQ(store->read("a//b"), "odd");
  EXPECT_THROW(store->put("a//b", ""), Error);
}

}  // namespace
}  // namespace forecart
