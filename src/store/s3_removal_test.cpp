#include "store/s3_removal.h"

#include "base/error.h"
#include "net/test_server.h"
#include "store/md5.h"
#include "store/s3_store.h"

#include <gtest/gtest.h>

#include <map>

namespace forecart {
namespace {

class FixedSource final : public CredentialSource {
 public:
  std::string name() const override { return "test"; }
  std::optional<Credentials> load() override { return Credentials{"KEY", "secret", "", {}}; }
};

/// What servers of several makes say to removals; all objects are as they were listed.
class RemovalOnS3 : public testing::Test {
 protected:
  using Handler = std::function<TestAnswer(const TestRequest&)>;

  /// Removes objects p/0, p/1, … where `handler` answers all but looks.
  std::vector<bool> remove(std::size_t count, const Handler& handler) {
    const TestServer server([&](const TestRequest& request) {
      {
        const std::scoped_lock lock(mutex_);
        ++asked_[request.method];
      }
      if (request.method != "HEAD") return handler(request);
      return answer(200, "", {{"etag", "\"tag\""}, {"last-modified", kTime}});
    });
    S3Settings settings;
    settings.endpoint = parse_url(server.url());
    settings.path_style = true;
    settings.deadline = std::chrono::milliseconds(2000);
    std::vector<std::unique_ptr<CredentialSource>> sources;
    sources.push_back(std::make_unique<FixedSource>());
    const auto store = open_s3_store("bucket", "p", settings,
                                     std::make_unique<CredentialChain>(std::move(sources)));
    std::vector<ObjectInfo> objects;
    for (std::size_t i = 0; i < count; ++i) {
      objects.push_back({.key = std::to_string(i),
                         .version = "tag",
                         .modified = *parse_http_date(kTime) + std::chrono::milliseconds(900)});
    }
    return store->remove_all_unchanged(objects);
  }

  static constexpr const char* kTime = "Fri, 27 Nov 2026 04:00:00 GMT";
  std::mutex mutex_;
  std::map<std::string, int> asked_;
};

TEST_F(RemovalOnS3, OfManySendsATagWithEachKeyAndASum) {
  const auto gone = remove(3, [](const TestRequest& request) {
    EXPECT_EQ(request.target, "/bucket?delete=");
    EXPECT_EQ(request.header("content-md5"), base64(md5(request.body)));
    EXPECT_NE(request.body.find("<Object><Key>p/1</Key><ETag>\"tag\"</ETag></Object>"),
              std::string::npos)
        << request.body;
    return answer(200,
                  "<DeleteResult><Deleted><Key>p/0</Key></Deleted><Deleted><Key>p/1</Key>"
                  "</Deleted><Deleted><Key>p/2</Key></Deleted></DeleteResult>");
  });
  EXPECT_EQ(gone, std::vector<bool>(3, true));
  EXPECT_EQ(asked_, (std::map<std::string, int>{{"HEAD", 3}, {"POST", 1}}));
}

TEST_F(RemovalOnS3, WhatIsNotSaidToBeGoneIsTriedAlone) {
  const auto gone = remove(3, [](const TestRequest& request) {
    if (request.method == "POST") {
      return answer(200,
                    "<DeleteResult><Deleted><Key>p/0</Key></Deleted><Error><Key>p/1</Key>"
                    "<Code>InternalError</Code></Error></DeleteResult>");
    }
    EXPECT_EQ(request.header("if-match"), "\"tag\"");
    EXPECT_NE(request.target, "/bucket/p/0");
    return answer(204, "");
  });
  EXPECT_EQ(gone, std::vector<bool>(3, true));
  EXPECT_EQ(asked_["DELETE"], 2);
}

TEST_F(RemovalOnS3, OneByOneWhereTheServerKnowsNoOther) {
  for (const int status : {400, 405, 501}) {
    asked_.clear();
    const auto gone = remove(2, [&](const TestRequest& request) {
      return request.method == "POST" ? answer(status, "") : answer(204, "");
    });
    EXPECT_EQ(gone, std::vector<bool>(2, true)) << status;
    EXPECT_EQ(asked_["DELETE"], 2) << status;
  }
}

TEST_F(RemovalOnS3, WithoutTheTagWhereTheServerKnowsNoConditions) {
  for (const int status : {400, 412, 501}) {
    const auto gone = remove(1, [&](const TestRequest& request) {
      return request.header("if-match").empty() ? answer(204, "") : answer(status, "");
    });
    EXPECT_EQ(gone, std::vector<bool>{true}) << status;
  }
}

TEST_F(RemovalOnS3, WhatMayNotBeRemovedIsAnError) {
  try {
    remove(2, [](const TestRequest& request) {
      if (request.method != "POST") return answer(403, "<Error><Code>AccessDenied</Code></Error>");
      return answer(200,
                    "<DeleteResult><Deleted><Key>p/0</Key></Deleted><Error><Key>p/1</Key>"
                    "<Code>AccessDenied</Code></Error></DeleteResult>");
    });
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::unreadable);
    EXPECT_NE(std::string(error.what()).find("p/1"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace forecart
